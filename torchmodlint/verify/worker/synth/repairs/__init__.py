"""Repairs: one file for each kind of failure, each with `repairs(failure, draft, shop)`, which gives other drafts."""
