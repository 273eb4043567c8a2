"""The rules of entries, windows, conversions and attribution, shared by both backends."""
