"""How much more the linter costs than parsing alone."""
