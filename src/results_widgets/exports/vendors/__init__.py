"""The vendors' exports, one file each, whose ``VENDOR`` is a declaration, or a list of some."""
