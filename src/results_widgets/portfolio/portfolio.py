"""`Portfolio`: many campaigns as one object. Its body lists the methods; the code of each is in a module by topic."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Self

from results_widgets._text import escape, in_columns, one_line, print_whole
from results_widgets.errors import QueryError
from results_widgets.portfolio import (
    attributing as _attributing,
    credit as _credit,
    files as _files,
    heatmap as _heatmap,
    numbers as _numbers,
    overlap as _overlap,
    pressure as _pressure,
    scope as _scope,
)
from results_widgets.portfolio.folder import existing, read_campaigns
from results_widgets.portfolio.members import Members, counted, find_member, members_of
from results_widgets.results import Results


class Portfolio:
    """Many campaigns, side by side, and what they share of users and of goal events.

    A portfolio never changes: `month`, `in_time_zone` and the like return new ones that share the data.
    Nothing is added up over campaigns unless a method says so, since campaigns may be in several
    currencies and share users and purchases. A user of two campaigns is one who has the same
    ``user_id`` in both; where one has whole numbers and the other text, ids are compared as text.

    Args:
        campaigns: Results by the name to show, or a list of results, which are then named after
            their campaigns.

    Raises:
        QueryError: There is no campaign, something is not a `Results`, or two have the same name.

    Examples:
        >>> other = rw.Results(*rw.datasets.generate(200, seed=2), time_zone="UTC")
        >>> rw.Portfolio({"spring": results, "autumn": other})
        Portfolio(2 campaigns: spring, autumn; whole campaign; definitions default; days of UTC)
    """

    _members: Members

    def __init__(self, campaigns: Mapping[str, Results] | Iterable[Results]) -> None:
        self._members = members_of(campaigns)

    def _with(self, members: Members) -> Self:
        other = type(self).__new__(type(self))
        other._members = members
        return other

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        raise QueryError(
            "a portfolio cannot be pickled: it holds open tables. Pass the paths of its campaigns instead and read "
            "them there"
        )

    @classmethod
    def load(cls, folder: str | Path, **options: Any) -> Self:
        """Read a folder whose subfolders hold one campaign each.

        Each has its campaign.json and events; a subfolder without events, or without users, uses those of the
        parent folder, which are then read once for all.

        Args:
            folder: The folder.
            **options: As for `Results`: ``definitions``, ``time_zone`` and so on.

        Returns:
            The portfolio; campaigns with the same name have their folder's name added to it.

        Raises:
            EventsError: The folder is not there, or none of its folders holds a campaign.
            CampaignError: A campaign.json is not valid.

        Examples:
            >>> for seed in (1, 2):
            ...     source = rw.datasets.generate(200, seed=seed, path=f"campaigns/{seed}")
            >>> rw.Portfolio.load("campaigns", time_zone="UTC").names
            ['Win-back, spring 2026 (1)', 'Win-back, spring 2026 (2)']
        """
        return cls(read_campaigns(existing(folder), **options))

    # --- its campaigns

    @property
    def names(self) -> list[str]:
        """Names of the campaigns, in order."""
        return list(self._members)

    def __getitem__(self, name: str) -> Results:
        return find_member(self._members, name)

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def items(self) -> Iterator[tuple[str, Results]]:
        """Return the campaigns' names with their results.

        Returns:
            Pairs, in order.

        Examples:
            >>> [(name, one.unique_users()) for name, one in portfolio.items()]
            [('spring', 171), ('autumn', 175)]
        """
        return iter(self._members.items())

    # --- the same in another scope

    between = _scope.between
    month = _scope.month
    in_time_zone = _scope.in_time_zone
    with_definitions = _scope.with_definitions
    with_clock = _scope.with_clock
    with_attribution = _scope.with_attribution
    analytics = _scope.analytics

    # --- numbers of each campaign

    overview = _numbers.overview
    explore = _numbers.explore

    # --- what they share

    overlap = _overlap.overlap
    combinations = _overlap.combinations
    credit = _credit.credit
    claims = _credit.claims
    attribution = _attributing.attribution
    pressure = _pressure.pressure
    over_cap = _pressure.over_cap
    heatmap = _heatmap.heatmap

    # --- files for others

    to_html = _files.to_html

    # --- how it is shown

    def __repr__(self) -> str:
        return f"Portfolio({counted(self._members)}: {_some(self.names)}; {self._words})"

    @property
    def _words(self) -> str:
        """The scope in words, or that the campaigns' scopes differ."""
        found = {one._session.query.words for one in self._members.values()}
        return found.pop() if len(found) == 1 else "their ranges, definitions or time zones differ"

    def __str__(self) -> str:
        lines = [[one_line(cell) for cell in row] for row in self._table]
        return "\n".join([f"{counted(self._members)}; {self._words}", "", *in_columns(lines)])

    _repr_pretty_ = print_whole

    def _repr_html_(self) -> str:
        head, *rows = (
            [f"<{tag}>{escape(cell)}</{tag}>" for cell in row]
            for row, tag in zip(self._table, chain(["th"], repeat("td")), strict=False)
        )
        caption = f"<caption>{counted(self._members)}; {escape(self._words)}</caption>"
        lines = "".join(f"<tr>{''.join(row)}</tr>" for row in [head, *rows])
        return f"<table>{caption}{lines}</table>"

    @property
    def _table(self) -> list[tuple[str, ...]]:
        """Heads, then what each campaign declares, and its scope if they have several; it computes nothing."""
        rows: list[tuple[str, ...]] = [
            ("Campaign", "Status", "Channels", "Actions", "Goal", "Scope")
        ]
        for name, one in self._members.items():
            campaign = one.campaign
            channels = ", ".join(channel.label for channel in campaign.channels.values())
            declared = (str(len(campaign.actions)), " or ".join(campaign.goal.events))
            words = one._session.query.words
            rows.append((name, campaign.status or "", channels, *declared, words))
        is_one_scope = len({row[-1] for row in rows[1:]}) == 1
        return [row[:-1] for row in rows] if is_one_scope else rows


_SHOWN = 6


def _some(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
