"""Where a campaign's events live, behind one interface: in memory, or on the engine that holds them."""
