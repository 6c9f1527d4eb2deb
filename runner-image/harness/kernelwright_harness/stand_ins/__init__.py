"""Packages that stand in for others in the sandbox, where nothing may be fetched: each folder below is imported by its own name."""
