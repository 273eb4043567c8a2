"""Roll-ups: a campaign's numbers without its users, small enough to keep, to send and to merge."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Final, Self, get_args

import polars as pl

from results_widgets._io import whole_file
from results_widgets._json import Node, parse
from results_widgets._seal import CHANGED, SEAL, UNSEALED, is_sealed, seal_file
from results_widgets.campaign import Campaign
from results_widgets.campaign.secrets import shared_campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.clocks import Clocks
from results_widgets.engine.query import Clock
from results_widgets.engine.reasons import LeftOut, Reason
from results_widgets.engine.rollup.cells import Cells
from results_widgets.engine.rollup.checks import check_span, check_time, read_cells
from results_widgets.engine.rollup.grains import Grain, UsersGrain
from results_widgets.engine.rollup.roll_up import roll_up
from results_widgets.engine.rollup.sketches import BOUND
from results_widgets.errors import QueryError
from results_widgets.locales import ENGLISH
from results_widgets.results.session import Session

_KEY: Final = "results_widgets.rollup"
_VERSION: Final = 3
_EVENTS_ONLY: Final = 2
"""The version before: its cells do not know what became of the entries of a range, and it has no seal."""


def cells_of(session: Session, every: Grain, users_every: UsersGrain | None) -> Cells:
    """Return the cells of a session's numbers; see `Results.rollup`."""
    scoped = session.scoped()
    exact = replace(scoped, query=replace(scoped.query, uniques="exact"))
    return roll_up(exact, every, users_every)


class RollUpCells:
    """What a `RollUp` holds, and how it is saved, loaded and merged."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    @property
    def campaign(self) -> Campaign:
        """The campaign."""
        return self._cells.campaign

    @property
    def cells(self) -> pl.DataFrame:
        """What it holds: kind, number, time (start, epoch µs), rows, value, users (a DataSketches HLL sketch)."""
        return self._cells.frame

    def __or__(self, other: Self) -> Self:
        """Return both roll-ups merged.

        Each part must be made of all events of its users (a partition by user), or be a range of
        results that are (``results.between(day, day).rollup()``). Otherwise entries that span two parts are
        counted in both. Each part knows only its own open entries.

        Args:
            other: Another part.

        Returns:
            The roll-up of both.

        Raises:
            QueryError: They belong to different campaigns, were made differently, or overlap.

        Examples:
            >>> march = results.between("2026-03-01", "2026-03-31").rollup("1d")
            >>> april = results.between("2026-04-01", "2026-04-30").rollup("1d")
            >>> (march | april).results(time_zone="UTC").unique_users()
            171
        """
        return type(self)(self._cells.merged(other._cells))

    def save(self, path: str | Path) -> Path:
        """Write it as a Parquet file.

        Args:
            path: The file; it is written completely or not at all.

        Returns:
            The path.

        Raises:
            OSError: The file cannot be written; nothing is left behind.

        Examples:
            >>> results.rollup("1d").save("campaign.rollup").name
            'campaign.rollup'
        """
        words = {_KEY: json.dumps(self._about()), SEAL: UNSEALED}
        with whole_file(path) as unfinished:
            self._cells.frame.write_parquet(unfinished, metadata=words)
            seal_file(unfinished)
        return Path(path)

    def _about(self) -> dict[str, object]:
        made = self._cells
        own = {
            f.name: getattr(made, f.name) for f in fields(made) if f.name not in ("frame", "clocks")
        }
        return own | {
            "version": _VERSION,
            "campaign": shared_campaign(made.campaign),
            "definitions": made.definitions.to_dict(),
            "parts": sorted(made.parts),
            **asdict(made.clocks),
            "left_out": None if made.left_out is None else asdict(made.left_out),
        }

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a file that `save` wrote.

        Args:
            path: The file.

        Returns:
            The roll-up.

        Raises:
            QueryError: It is not a roll-up, or one of another version.
            OSError: It cannot be read.

        Examples:
            >>> path = results.rollup("1d").save("campaign.rollup")
            >>> rw.RollUp.load(path).campaign.label
            'Win-back, spring 2026'
        """
        try:
            sealed = is_sealed(Path(path))
        except ValueError:
            raise QueryError(f"{path}: no such file; its name has a null character") from None
        if sealed is False:
            raise QueryError(f"{path}: {CHANGED}; write the roll-up again")
        try:
            text = pl.read_parquet_metadata(path).get(_KEY, "null")
        except pl.exceptions.ComputeError:
            text = "null"
        about = parse(text, str(path), QueryError.at)
        known = [_VERSION] if sealed else [_EVENTS_ONLY]
        if not isinstance(about, Mapping) or about.get("version") not in known:
            raise QueryError(
                f"{path}: no roll-up of version {_VERSION}; write one with RollUp.save"
            )
        names = [part.name for kind in (Cells, Clocks) for part in fields(kind)]
        node = Node(about, str(path), [*names, "version"], QueryError.at)
        return cls(check_span(_read(read_cells(Path(path)), node), str(path)))

    def __repr__(self) -> str:
        made = self._cells
        size = made.frame.estimated_size() / 1e6
        return (
            f"RollUp({made.campaign.label!r}, {made.frame.height:,} cells of {made.grain}, users by "
            f"{made.users_grain}, {size:,.1f} MB; "
            f"distinct users within {ENGLISH.rate(BOUND)}; definitions {made.definitions.name})"
        )


def _read(cells: pl.DataFrame, about: Node) -> Cells:
    """Return cells with what their file says about them."""
    grain = about.optional_choice("grain", get_args(Grain))
    users_grain = about.optional_choice("users_grain", get_args(UsersGrain))
    if grain is None or users_grain is None:
        raise about.error("grain", "is required, and so is users_grain")
    return Cells(
        cells,
        campaign=Campaign.from_json(about.mapping("campaign")),
        grain=grain,
        users_grain=users_grain,
        zone=about.text("zone"),
        definitions=_read_definitions(about),
        clock=about.choice("clock", get_args(Clock), "event"),
        developers=about.optional_flag("developers"),
        ids=about.text("ids"),
        left_out=_read_left_out(about),
        currencies=about.texts("currencies", ()),
        clocks=_read_clocks(about),
        parts=frozenset(about.texts("parts")),
    )


def _read_definitions(about: Node) -> Definitions:
    found = Definitions.from_dict(about.value.get("definitions"), about.at("definitions"))
    if about.integer("version") == _EVENTS_ONLY:
        return replace(found, rate_clock="event")
    return found


def _read_clocks(about: Node) -> Clocks:
    def at(name: str) -> int:
        return check_time(about.integer(name), about.at(name))

    edges = {name: about.optional_integer(name) for name in ("start", "end", "least", "most")}
    # Older files know of no wrong clocks.
    wrong = about.optional_integer("wrong") or 0
    return Clocks(at("oldest"), at("newest"), wrong=wrong, **edges)


def _read_left_out(about: Node) -> LeftOut | None:
    if about.value.get("left_out") is None:
        return None
    found = about.child("left_out", [part.name for part in fields(LeftOut)])
    why = found.child("reason", [part.name for part in fields(Reason)])
    reason = Reason(
        why.text("name"),
        why.integer("rows"),
        why.optional_text("value"),
        why.integer("value_rows"),
        why.text("channel", ""),
        why.texts("known"),
        why.text("nearest", ""),
        # Older files do not know how many, so theirs are not quoted.
        why.optional_integer("value_users") or 0,
    )
    counts = {name: found.integer(name) for name in ("rows", "named", "counted")}
    return LeftOut(**counts, reason=reason, goal=found.text("goal", ""))
