"""Charts and the flow as picture files."""
