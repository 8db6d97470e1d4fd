"""1xx: construction and registration."""
