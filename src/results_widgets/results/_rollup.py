"""Roll-ups: a campaign's numbers without its users, small enough to keep, to send and to merge."""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from results_widgets._io import whole_file
from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.rollup.cells import SCHEMA, Cells, roll_up
from results_widgets.engine.rollup.grains import Grain, UsersGrain
from results_widgets.engine.rollup.sketches import BOUND
from results_widgets.errors import QueryError
from results_widgets.results._view import View

if TYPE_CHECKING:
    from results_widgets.results._results import Results

_KEY: Final = "results_widgets.rollup"
_VERSION: Final = 2


class RollUp:
    """A campaign's numbers by cells of time, with a sketch of the users behind each.

    It holds no user and no event: rows counted exactly, and HyperLogLog sketches that tell how many
    distinct users there were, off by less than 1.75 % in 99.7 of 100 cases. A sketch is made of
    hashes of user ids, cut short and with a public seed, so that sketches made anywhere merge.
    Whoever holds a list of ids can tell of one that he is likely not, or may be, behind a number;
    the fewer users a cell has, the more it tells. Share roll-ups as you would share counts of single
    hours.

    Made by `Results.rollup`, read by `load`, merged with ``|``.
    """

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    @property
    def campaign(self) -> Campaign:
        """The campaign."""
        return self._cells.campaign

    @property
    def cells(self) -> pl.DataFrame:
        """What it holds: kind, number, time (start, epoch µs), rows, value, users (sketch, DataSketches' HLL)."""
        return self._cells.frame

    def results(self, *, time_zone: str | None = None) -> "Results":
        """Return results that answer from the roll-up what needs no single user or event.

        Overview, channels, actions, flow and time series have the shapes they always have; distinct
        users are approximate, drop-off is the difference of two estimates, the median time to
        convert is null. Ranges lie between cells. Where users are kept by longer cells than counts,
        a table has null for users of a range that cuts through one, and a line of them by shorter
        intervals is refused. What names users is refused.

        Args:
            time_zone: As for `Results`; one whose days a roll-up by ``1d`` has not is refused.
        """
        from results_widgets.results._results import Results

        made = self._cells
        zone = made.zone if time_zone is None and not made.knows_all_zones else time_zone
        found = Results(
            made.campaign,
            made,
            definitions=made.definitions,
            time_zone=zone,
            uniques="approximate",
        )
        return found if made.developers is not False else found.analytics()

    def __or__(self, other: "RollUp") -> "RollUp":
        """Return both together.

        Each part must have seen all events of its users (parts by user), or be a range of results
        that have (``results.between(day, day).rollup()``); else entries that run on from one part
        into the other are counted in both. Entries still open are those that each part knew of.

        Raises:
            QueryError: They are of different campaigns, made differently, or share a part.
        """
        return RollUp(self._cells.merged(other._cells))

    def save(self, path: str | Path) -> Path:
        """Write it as a Parquet file; it appears whole or not at all.

        Raises:
            OSError: The file cannot be written; nothing is left behind.
        """
        with whole_file(path) as unfinished:
            self._cells.frame.write_parquet(unfinished, metadata={_KEY: json.dumps(self._about())})
        return Path(path)

    def _about(self) -> dict[str, object]:
        made = self._cells
        own = {f.name: getattr(made, f.name) for f in fields(made) if f.name != "frame"}
        return own | {
            "version": _VERSION,
            "campaign": made.campaign.to_dict(),
            "definitions": made.definitions.to_dict(),
            "parts": sorted(made.parts),
        }

    @classmethod
    def load(cls, path: str | Path) -> "RollUp":
        """Read a file that `save` wrote.

        Raises:
            QueryError: It is no roll-up, or of another version.
            OSError: It cannot be read.
        """
        try:
            about = json.loads(pl.read_parquet_metadata(path).get(_KEY, "null"))
        except pl.exceptions.ComputeError:
            about = None
        if not isinstance(about, Mapping) or about.get("version") != _VERSION:
            raise QueryError(
                f"{path}: no roll-up of version {_VERSION}; write one with RollUp.save"
            )
        own: dict[str, Any] = {name: about[name] for name in about if name != "version"}
        own["campaign"] = Campaign.from_json(own["campaign"])
        own["definitions"] = Definitions.from_dict(own["definitions"])
        own["parts"] = frozenset(own["parts"])
        return cls(Cells(pl.read_parquet(path).select(*SCHEMA), **own))

    def __repr__(self) -> str:
        made = self._cells
        size = made.frame.estimated_size() / 1e6
        return (
            f"RollUp({made.campaign.label!r}, {made.frame.height:,} cells of {made.grain}, users by "
            f"{made.users_grain}, {size:,.1f} MB; "
            f"distinct users within {BOUND:.2%}; definitions {made.definitions.name})"
        )


class RollsUp(View):
    """The part of `Results` that rolls up."""

    def rollup(self, every: Grain = "1h", users_every: UsersGrain | None = None) -> RollUp:
        """Return the numbers of these results (range, definitions, developers) without the users.

        Args:
            every: How long a cell lasts. ``1h`` answers for every zone whose days begin with an hour
                of UTC, ``15m`` for the others, too; ``1d`` is by days of the results' zone.
            users_every: How long a cell lasts that users are kept by, if longer: ``1d``, ``1w``,
                ``1mo`` (of the results' zone) or ``whole``. Sketches of users are what takes room,
                up to 12 kB each: by whole weeks or the whole campaign a roll-up takes a few
                megabytes, however many events there are, and still counts them by ``every``.
                Distinct users are then told of ranges and intervals made of such cells, and of the
                whole campaign.

        Raises:
            QueryError: There is no such cell, users are to be kept by shorter ones than counts, or
                these results are a roll-up's already.
            MissingExtraError: The extra ``sketches`` is not installed.
        """
        scoped = self._scoped()
        exact = replace(scoped, query=replace(scoped.query, uniques="exact"))
        return RollUp(roll_up(exact, every, users_every))
