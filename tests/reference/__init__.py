"""The rules of the domain, written once more: slow, obvious, one user at a time.

Nothing here knows the package under test, nor any data frame beyond reading rows out of one.
Every function takes a ``Case`` (a campaign and its tables) and a ``Query`` (how it is asked).
"""

from tests.reference.case import Case, Query
from tests.reference.metrics import (
    actions,
    channels,
    edges,
    overview,
    users_in_action,
    users_in_campaign,
)
from tests.reference.overtime import bucket_start, explore, next_bucket
from tests.reference.walk import conversions, entries

__all__ = [
    "Case",
    "Query",
    "actions",
    "bucket_start",
    "channels",
    "conversions",
    "edges",
    "entries",
    "explore",
    "next_bucket",
    "overview",
    "users_in_action",
    "users_in_campaign",
]
