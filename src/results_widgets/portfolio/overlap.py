"""Users in several campaigns: by pairs, and by exact combinations."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from results_widgets.engine.metrics.series import find_series
from results_widgets.engine.people.behind import users_behind
from results_widgets.glossary.campaign import UNIQUE_USERS
from results_widgets.portfolio.members import CAMPAIGN, HasMembers, Members, alike_ids, with_users

_BITS: Final = 62
"""Campaigns of one number of marks, whose sum still is a positive Int64."""


def overlap(self: HasMembers) -> pl.DataFrame:
    """Return how many users each pair of campaigns shares.

    Users are those that the overview counts as ``unique_users``: with an entry in the range.

    Returns:
        campaign (String): A campaign.
        other (String): Another one; each pair appears twice, once from each side.
        users (Int64): Users of both.
        share (Float64): Their share of the users of ``campaign``; null if it has none.

    Raises:
        QueryError: A campaign is a roll-up, which holds no users.

    Examples:
        >>> portfolio.overlap()
        shape: (2, 4)
        ┌──────────┬────────┬───────┬──────────┐
        │ campaign ┆ other  ┆ users ┆ share    │
        │ ---      ┆ ---    ┆ ---   ┆ ---      │
        │ str      ┆ str    ┆ i64   ┆ f64      │
        ╞══════════╪════════╪═══════╪══════════╡
        │ spring   ┆ autumn ┆ 151   ┆ 0.883041 │
        │ autumn   ┆ spring ┆ 151   ┆ 0.862857 │
        └──────────┴────────┴───────┴──────────┘
    """
    names = list(self._members)
    counts = dict.fromkeys(((one, other) for one in names for other in names), 0)
    for members, users in _combined(self._members):
        for one in members:
            for other in members:
                counts[names[one], names[other]] += users
    rows = [
        (one, other, users, users / counts[one, one] if counts[one, one] else None)
        for (one, other), users in counts.items()
        if one != other
    ]
    schema = {CAMPAIGN: pl.String, "other": pl.String, "users": pl.Int64, "share": pl.Float64}
    return pl.DataFrame(rows, schema, orient="row")


def combinations(self: HasMembers) -> pl.DataFrame:
    """Return the number of users for each exact combination of campaigns, as an UpSet plot shows it.

    Returns:
        campaigns (List(String)): The campaigns, in the order of the portfolio.
        number (Int64): How many campaigns these are.
        users (Int64): Users of all of them and of no other; the rows add up to the users of any.

    Raises:
        QueryError: A campaign is a roll-up, which holds no users.

    Examples:
        >>> portfolio.combinations()["users"].to_list()
        [151, 24, 20]
    """
    names = list(self._members)
    rows = [
        ([names[one] for one in members], len(members), users)
        for members, users in _combined(self._members)
    ]
    rows.sort(key=lambda row: (-row[2], row[1], [names.index(name) for name in row[0]]))
    schema = {"campaigns": pl.List(pl.String()), "number": pl.Int64(), "users": pl.Int64()}
    return pl.DataFrame(rows, schema, orient="row")


def users_of(members: Members, what: str) -> list[pl.DataFrame]:
    """Return the distinct users of each campaign (``user_id``), of one type."""
    found = []
    for _, one, data in with_users(members, what):
        scoped = one._session.scoped()
        rows = users_behind(scoped, find_series(scoped, UNIQUE_USERS.key, None, None))
        found.append(data.collect_with_ids(rows.select("user").unique()))
    return alike_ids(found)


def _combined(members: Members) -> list[tuple[Sequence[int], int]]:
    """Return the combinations of campaigns, by their places, with the users of exactly these."""
    # Each campaign is a bit. A user is in a campaign once, so that sums of bits are sets of them.
    words = [f"word {number}" for number in range(1 + (len(members) - 1) // _BITS)]
    marked = [
        users.select(
            "user_id",
            *(
                pl.lit(1 << place % _BITS if place // _BITS == number else 0, pl.Int64).alias(word)
                for number, word in enumerate(words)
            ),
        )
        for place, users in enumerate(users_of(members, "overlap"))
    ]
    by_user = pl.concat(marked).lazy().group_by("user_id").agg(pl.col(*words).sum())
    counts = by_user.group_by(words).agg(pl.len().cast(pl.Int64).alias("users")).sort(words)
    return [
        (
            [place for place in range(len(members)) if row[place // _BITS] >> place % _BITS & 1],
            row[-1],
        )
        for row in counts.select(*words, "users").collect().iter_rows()
    ]
