"""Roll-ups: hourly cells with sketches of the users, in place of the users themselves."""
