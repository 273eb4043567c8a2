"""The users behind a number, their profile and what they did."""
