"""Floor 2: one opinion a file, in folders named for the catalogue's hundreds."""
