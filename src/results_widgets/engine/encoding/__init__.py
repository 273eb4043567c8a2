"""Dictionary encoding: events, users and categories as small numbers, and sets of them as bits."""
