"""The same log under other rules: the sets of other tools side by side, and how much each usual rule matters."""
