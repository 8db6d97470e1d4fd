"""What probes look at: what an object holds and hides, what a statement did, who initialised what, what moves."""
