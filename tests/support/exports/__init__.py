"""Exports for tests: a random campaign, and one writer for each vendor's format."""
