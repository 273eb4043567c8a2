"""The rules of a campaign's results as queries."""
