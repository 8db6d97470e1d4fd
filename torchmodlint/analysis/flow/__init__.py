"""The order of events: what a function does to the models it meets, in which mode and with which gradients."""
