"""Ways to count rows and distinct users: group-by, bit masks, sorted timelines, sketches."""
