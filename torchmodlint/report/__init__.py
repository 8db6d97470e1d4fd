"""Floor 3: one reporter a file, each turning findings into text."""
