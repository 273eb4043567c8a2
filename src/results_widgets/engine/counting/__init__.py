"""Ways to count rows and distinct users: group-by, bit masks, time indexes, sketches."""
