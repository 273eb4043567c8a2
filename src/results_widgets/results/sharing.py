"""Which values of a column may leave the kernel: those that enough users share, with identifying parts removed.

`disclosure` defines how many users are enough. Addresses and the query strings of links are cut. In code, where
nothing is saved or shown, every value is available.
"""

from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.cache import Key
from results_widgets.engine.frames import BY, collect
from results_widgets.errors import QueryError

NAME: Final = "_name"
"""Column of the name that a value is shown under."""
_USERS: Final = "_users"

_LINK: Final = r"[?#].*$"
_CREDENTIALS: Final = r"//[^/@]*@"
_ADDRESS: Final = r"[^\s<>\"'(),;:/=&]+@[^\s<>\"'(),;:/=&]+"
_CUT: Final = {
    "link": ((_LINK, ""), (_CREDENTIALS, "//"), (_ADDRESS, "…")),
    "reason": ((_ADDRESS, "…"),),
}
"""Patterns to replace in the values of a column, and their replacements, by column."""


def shown_names(
    data: Backend, campaign: Campaign, by: str, least: int, *, may_be_none: bool = False
) -> pl.DataFrame:
    """Return the values of a column that may be shown, and under which names.

    Args:
        data: The events.
        campaign: What it declares is shown, however few users have it.
        by: The column.
        least: Fewest users of a value that is shown.
        may_be_none: Whether a column without such a value is taken, too.

    Returns:
        `BY` (the value) and `NAME` (of the same type); values that are cut to the same name have a row
        each. Sorted by both.

    Raises:
        QueryError: The column is not known, or has no value that so many users share.
    """
    named = data.cached(Key("shared", (by,)), lambda: _named(data, by))
    users = named.group_by(NAME).agg(pl.col(_USERS).first())
    declared = _declared(campaign, by)
    shown = users.filter(
        (pl.col(_USERS) >= least) | pl.col(NAME).cast(pl.String).is_in(declared.implode())
    )
    if users.height and not shown.height and not may_be_none:
        raise QueryError(
            f"column {by!r} has no value that {least} users share: it would identify users in what is saved or "
            f"shown; choose a column that groups users, or ask in code: "
            f"results.explore(…, by={by!r})"
        )
    return named.join(shown.select(NAME), on=NAME, how="semi").select(BY, NAME).sort(BY, NAME)


def hidden_count(data: Backend, by: str, shown: pl.DataFrame) -> int:
    """Return how many names of a column are not among those shown."""
    named = data.cached(Key("shared", (by,)), lambda: _named(data, by))
    return named[NAME].n_unique() - shown[NAME].n_unique()


def names_by_users(data: Backend, by: str) -> list[str]:
    """Return the names of a column's values as text, those of the most users first, whatever may be shown."""
    named = data.cached(Key("shared", (by,)), lambda: _named(data, by))
    users = named.group_by(pl.col(NAME).cast(pl.String)).agg(pl.col(_USERS).max())
    return users.sort(_USERS, NAME, descending=[True, False])[NAME].to_list()


def _named(data: Backend, by: str) -> pl.DataFrame:
    """Return a column's values (`BY`), the name of each, and how many users have that name."""
    data.check_by(by)
    known = data.require_users().events(by).filter(~nw.col(BY).is_null())
    pairs = known.select(BY, "user", nw.col(BY).alias(NAME)).unique()
    if by in _CUT:
        pairs = pairs.with_columns(_cut(by))
    users = collect(pairs.group_by(NAME).agg(nw.col("user").n_unique().alias(_USERS)))
    values = collect(pairs.select(BY, NAME).unique())
    return values.join(users, on=NAME)


def _cut(by: str) -> nw.Expr:
    name = nw.col(NAME)
    for pattern, instead in _CUT[by]:
        name = name.str.replace_all(pattern, instead)
    return name


def _declared(campaign: Campaign, by: str) -> pl.Series:
    names = [variant.id for variant in campaign.variants] if by == "variant" else []
    return pl.Series(names, dtype=pl.String)
