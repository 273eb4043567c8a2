"""The event table and the user table: their columns, one shape for every source, and what is refused."""
