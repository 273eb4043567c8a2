"""Read a marketing campaign's results in a notebook."""
