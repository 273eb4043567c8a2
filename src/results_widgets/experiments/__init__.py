"""What can be concluded from a campaign: arms, estimates with their intervals, how ripe the numbers are."""
