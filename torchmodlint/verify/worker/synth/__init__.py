"""Arguments for constructors, found without the user's help."""
