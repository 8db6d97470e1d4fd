"""Inputs for `forward`, found without the user's help."""
