"""3xx: mode and autograd."""
