"""Which actions, channels or campaign conversions are credited to, by one model beside another."""
