"""Metrics from counts: tables, series over time, the flow and day cells."""
