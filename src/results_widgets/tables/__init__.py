"""The event and user tables: their columns, how any source is normalised to them, and what is refused."""
