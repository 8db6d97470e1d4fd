"""Floor 3: rules applied to files."""
