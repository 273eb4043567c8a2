"""Numbers kept in a file, and what moved since."""
