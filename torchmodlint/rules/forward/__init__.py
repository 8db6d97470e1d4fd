"""2xx: forward and calls."""
