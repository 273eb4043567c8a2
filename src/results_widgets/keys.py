"""The other names that methods take, as type checkers know them, so that they find a misspelt one.

Names that only a campaign or its data know stay plain text: ids of actions and channels, columns.
tests/test_keys.py holds these against the intervals and the definition sets that there are; the keys of
metrics are in `glossary.names`.
"""

from typing import Literal

Every = Literal["1h", "1d", "1w", "1mo"]
"""An interval of a time series."""

DefinitionSet = Literal[
    "default",
    "leanplum",
    "leanplum-v2",
    "braze",
    "iterable",
    "customerio",
    "klaviyo",
    "clevertap",
    "moengage",
    "onesignal",
]
"""The name of a shipped definition set."""

Theme = Literal["light", "dark"]
"""Colours of pictures."""
