"""The saved page: one HTML file that works without a kernel."""
