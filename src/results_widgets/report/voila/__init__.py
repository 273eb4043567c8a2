"""The page that Voila serves."""
