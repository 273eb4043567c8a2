"""The campaigns of a portfolio: results by name, and what must be alike of them for one answer."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, Self, TypeVar

import polars as pl

from results_widgets.engine import together
from results_widgets.engine.backends.base import UserBackend
from results_widgets.errors import QueryError, listing
from results_widgets.results import Results
from results_widgets.results.several import Together

CAMPAIGN = "campaign"
"""Column that names the campaign."""

Members = Mapping[str, Results]
"""Results by the name of the campaign, in the order of the portfolio."""


class HasMembers(Protocol):
    """`Portfolio`, as the functions behind its methods see it."""

    _members: Members

    def _with(self, members: Members) -> Self:
        """Return a portfolio of other results."""
        ...


PortfolioT = TypeVar("PortfolioT", bound=HasMembers)
"""The type of `Portfolio`, which methods that return portfolios return again."""


def members_of(campaigns: Mapping[str, Results] | Iterable[Results]) -> Members:
    """Return results by name: as a mapping names them, else by the campaign's name.

    Raises:
        QueryError: There are none, something else is among them, or two have the same name.
    """
    if isinstance(campaigns, Results):
        raise QueryError("Portfolio(results): pass a list or a dict, such as [results]")
    named = campaigns if isinstance(campaigns, Mapping) else None
    pairs = [(None, one) for one in campaigns] if named is None else [*named.items()]
    if not pairs:
        raise QueryError("a portfolio needs at least one campaign; none was passed")
    found: dict[str, Results] = {}
    for name, results in pairs:
        if not isinstance(results, Results):
            raise QueryError(
                f"a portfolio is made of rw.Results, but {name or 'one of the list'} is {type(results).__name__}; "
                f"read it first: rw.Results(campaign, events) or rw.load(folder)"
            )
        label = results.campaign.label if named is None else name
        if not isinstance(label, str) or not label.strip():
            raise QueryError(f"the name of a campaign is text, and {label!r} is not")
        if label in found:
            raise QueryError(
                f"two campaigns are called {label!r}; name them: rw.Portfolio({{'name': results, …}})"
            )
        found[label] = results
    return found


def counted(members: Members) -> str:
    """Return in words how many campaigns there are."""
    return "1 campaign" if len(members) == 1 else f"{len(members)} campaigns"


def find_member(members: Members, name: str) -> Results:
    """Return the results of a campaign, by its name in the portfolio or by its id.

    Raises:
        QueryError: There is no such campaign.
    """
    if name in members:
        return members[name]
    own = [one for one in members.values() if one.campaign.id == name]
    if len(own) == 1:
        return own[0]
    raise QueryError.unknown("campaign", name, members)


def read_once(members: Members) -> None:
    """Read campaigns of one source in one pass, before the first of them is asked."""
    sessions = [one._session for one in members.values()]
    together.read_once([(one.source, one.reading) for one in sessions])


def walk_once(members: Members) -> None:
    """Read campaigns of one source in one pass, and find entries and conversions of small ones in one walk."""
    read_once(members)
    sessions = [one._session for one in members.values()]
    together.walk_once([(one.source, one.reading, one.query.definitions) for one in sessions])


def count_once(members: Members) -> Together:
    """Return campaigns to be counted at once as far as they can be, after reading them and walking together."""
    walk_once(members)
    return Together([one._session for one in members.values()])


def stacked(frames: Iterable[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    """Return the frames of several campaigns as one, with the campaign's name in the first column."""
    named = [frame.select(pl.lit(name).alias(CAMPAIGN), pl.all()) for name, frame in frames]
    return pl.concat(named)


def the_zone(members: Members, what: str) -> str:
    """Return the time zone of all campaigns.

    Raises:
        QueryError: They are in several; the message says how to choose one.
    """
    zones = list(dict.fromkeys(one.time_zone for one in members.values()))
    if len(zones) > 1:
        raise QueryError(
            f"{what} needs one time zone, and the campaigns are in {len(zones)} ({listing(zones)}); "
            f"choose one: portfolio.in_time_zone({zones[0]!r})"
        )
    return zones[0]


def with_users(members: Members, what: str) -> Iterator[tuple[str, Results, UserBackend]]:
    """Yield each campaign with the data that knows its users.

    Args:
        members: The campaigns.
        what: What users are needed for.

    Raises:
        QueryError: One of them is a roll-up, which holds none.
    """
    rolled_up = [name for name, one in members.items() if one.is_rolled_up]
    if rolled_up:
        raise QueryError(
            f"{what} needs users, but these are roll-ups, which hold none: {listing(rolled_up)}. Leave them out of "
            f"the portfolio, or pass the results that they were made from"
        )
    walk_once(members)
    for name, one in members.items():
        yield name, one, one._session.data.require_users()


def alike_ids(frames: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """Return frames whose ``user_id`` is of one type: as text where they differ, so that 5 is "5"."""
    kinds = {frame.schema["user_id"] for frame in frames}
    if len(kinds) == 1:
        return frames
    return [frame.with_columns(pl.col("user_id").cast(pl.String)) for frame in frames]
