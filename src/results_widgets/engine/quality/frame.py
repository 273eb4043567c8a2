"""Every finding about the events as a row of a frame."""

from collections.abc import Iterator, Sequence
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.alike import count_alike
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.calendar import from_micros
from results_widgets.engine.frames import count as count_rows
from results_widgets.engine.left_out import share_counted
from results_widgets.engine.quality.by_row import count_repeated, find_by_row
from results_widgets.engine.quality.code import instant, places
from results_widgets.engine.quality.days import find_by_day
from results_widgets.engine.quality.declared import BY_LOG, OUTSIDE_ENTRIES, UNREAD_FILE
from results_widgets.engine.quality.finding import Finding, Found
from results_widgets.engine.quality.people import find_by_user
from results_widgets.engine.quality.receipts import find_by_receipt
from results_widgets.engine.quality.tallies import Tallies
from results_widgets.sources import Problem

SCHEMA: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "check": pl.String,
    "rows": pl.Int64,
    "share": pl.Float64,
    "kept": pl.Boolean,
    "example": pl.String,
    "text": pl.String,
    "severity": pl.String,
    "counts": pl.String,
    "among": pl.Int64,
    "effect": pl.String,
    "metrics": pl.List(pl.String),
    "fix": pl.String,
}


def quality(data: UserBackend, least: int = 1) -> pl.DataFrame:
    """Return a row for each finding, also for those that find nothing; for the columns see `Results.quality`.

    Args:
        data: The events.
        least: Fewest users of a value that is an example; from 2 on, users are no examples.
    """
    tallies = Tallies(data)
    found = dict(find_by_row(data, least))
    found |= {name: _told(one, least) for name, one in _by_log(data, tallies)}
    found |= dict(find_by_day(data, tallies))
    read, _ = data.source_size
    known = dict(places(data.campaign))
    rows = [
        _row(one, found[one.check], _whole(one, found[one.check], read, tallies), known)
        for one in BY_LOG
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _by_log(data: UserBackend, tallies: Tallies) -> Iterator[tuple[str, Found]]:
    """Yield what the checks found that compare rows with one another; their examples are users."""
    yield "wrong clock", _wrong_clocks(data, tallies)
    yield "repeated event id", Found(count_repeated(data), data.source_size[0])
    alike, user = count_alike(data)
    yield "repeated but for its id", Found(alike, data.source_size[0], user)
    yield from find_by_receipt(data, tallies)
    yield from find_by_user(data, tallies)


def _told(found: Found, least: int) -> Found:
    """Return what was found without an example, if no single user may be one."""
    return found if least == 1 else Found(found.rows, found.among, None, found.places)


def _wrong_clocks(data: UserBackend, tallies: Tallies) -> Found:
    clocks = data.clocks
    example = None if clocks.least is None else str(from_micros(clocks.least))
    time, is_exit = 'pl.col("timestamp")', '(pl.col("event") == "exited")'
    own = f'(pl.col("action_id").is_not_null() | {is_exit})'
    removed = []
    if clocks.start is not None:
        removed.append(f".remove({own} & ({time} < {instant(from_micros(clocks.start))}))")
    if clocks.end is not None and clocks.end < clocks.newest:
        removed.append(f".remove({own} & ({time} > {instant(from_micros(clocks.end))}))")
    if clocks.most is not None and clocks.most > clocks.newest:
        removed.append(f".remove({time} > {instant(from_micros(clocks.newest))})")
    return Found(clocks.wrong, tallies.of(), example, {"outside": "".join(removed)})


def _whole(finding: Finding, found: Found, read: int, tallies: Tallies) -> int:
    """Return the denominator of the share: all rows, users, days or actions."""
    return {"rows": read, "users": tallies.users}.get(finding.counts, found.among)


def _row(
    finding: Finding, found: Found, whole: int | None, known: dict[str, str]
) -> tuple[object, ...]:
    has = bool(found.rows)
    fix = finding.fix.format(**known, **found.places) if finding.fix and has else None
    return (
        finding.check,
        found.rows,
        found.rows / whole if whole else None,
        finding.kept,
        found.example if has else None,
        finding.text,
        finding.severity(found.rows, found.among),
        finding.counts,
        found.among,
        finding.effect,
        list(finding.metrics),
        fix,
    )


def outside_entries(data: UserBackend, definitions: Definitions) -> pl.DataFrame:
    """Return the row of the finding of events outside any entry, which the entry clock leaves out."""
    counted = data.events(None).filter(nw.col("code").is_in(data.codes.counted))
    among = count_rows(counted)
    events = among - count_rows(data.placed_events(definitions, None))
    all_conversions = data.conversions(definitions, None)
    conversions = count_rows(all_conversions.filter(nw.col("entry").is_null()))
    read, _ = data.source_size
    found = Found(events + conversions, among + count_rows(all_conversions))
    return _frame(OUTSIDE_ENTRIES, found, read, data.campaign)


def share_kept(data: UserBackend) -> float | None:
    """Return the share of counted rows among those that name the campaign, its actions or its goal, if any."""
    return share_counted(data.source_rows, data.codes)


def unread_files(problems: Sequence[Problem]) -> pl.DataFrame:
    """Return the row of the finding of files that cannot be read; it counts files, not rows."""
    example = str(problems[0].path) if problems else None
    row = list(_row(UNREAD_FILE, Found(len(problems), len(problems), example), None, {}))
    if problems:
        row[5] = f"{row[5]}; the first {problems[0].reason}"
    return pl.DataFrame([tuple(row)], schema=SCHEMA, orient="row")


def _frame(finding: Finding, found: Found, whole: int, campaign: Campaign) -> pl.DataFrame:
    row = _row(finding, found, whole, dict(places(campaign)))
    return pl.DataFrame([row], schema=SCHEMA, orient="row")
