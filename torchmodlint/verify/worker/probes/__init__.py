"""Probes: one file for each rule that can be asked, under the same name as the rule."""
