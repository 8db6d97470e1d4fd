"""The called function: the user's own function is run, with a recording module in the model's place.

It is asked second, for what a rehearsal leaves open: the helpers, context managers and libraries that are out of sight
there do here what they do. What it takes down is what a rehearsal takes down, and the same claims read it. The model
is passed in once in training mode and once in eval mode, so that nothing is seen that the verifier has set itself.
"""
