"""Counts of any range, zone, interval and breakdown from timelines, which are sorted only once."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import polars as pl

from results_widgets.engine.counting.spans import Piece, Spans, places_in
from results_widgets.engine.counting.timeline import Days, Timeline, Valued
from results_widgets.engine.counting.timelines import Timelines, valued
from results_widgets.engine.encoding.user_ids import on_all_cores
from results_widgets.engine.frames import BY
from results_widgets.engine.query import BUCKET
from results_widgets.engine.scoped import COUNT, SET, USERS, CodeSet, Kind, ScopedRows

Found = Callable[[Timeline, Valued | None, Days | None], Sequence[Spans]]


def by_range(
    scoped: ScopedRows,
    indexes: Timelines,
    kind: Kind,
    sets: Sequence[CodeSet],
    unit: Sequence[str],
) -> pl.DataFrame:
    """Return `SET` (place among the sets), the question's keys, `COUNT` of rows and `USERS`.

    Users with their day as a unit count once for each local day; without a unit, `USERS` are rows.
    """

    def find(line: Timeline, split: Valued | None, days: Days | None) -> list[Spans]:
        found = line.spans(sets, split, days)
        return found if unit else [replace(spans, before=None) for spans in found]

    return _counted(scoped, indexes, kind, find, by_day=len(unit) > 1)


def both_by_range(
    scoped: ScopedRows, indexes: Timelines, pairs: Sequence[tuple[CodeSet, CodeSet]]
) -> pl.DataFrame:
    """Return `SET` (place among the pairs), the question's keys and `USERS`: distinct users with codes of both."""

    def meetings(line: Timeline, split: Valued | None, _: Days | None) -> list[Spans]:
        return on_all_cores(lambda pair: line.meetings(*pair, split), pairs)

    return _counted(scoped, indexes, "events", meetings, by_day=False).drop(COUNT)


def _counted(
    scoped: ScopedRows, indexes: Timelines, kind: Kind, find: Found, *, by_day: bool
) -> pl.DataFrame:
    found: defaultdict[tuple[int, ...], list[int]] = defaultdict(lambda: [0, 0])
    values = pl.Series(BY, [None])
    for sign, line in _lines(scoped, indexes, kind):
        split = (
            None if scoped.grouping.by is None else valued(indexes.data, scoped.grouping.by, line)
        )
        values = values if split is None else split.values
        days = line.days(scoped.data.calendar(scoped.query)) if by_day else None
        pieces = list(_pieces(scoped, line, days))
        edges = [edge for piece in pieces for edge in (piece.start, piece.end)]
        every = find(line, split, days)
        for place, places in enumerate(places_in(every, edges) if pieces else ()):
            for count in every[place].counts(pieces, places):
                total = found[place, count.value, count.bucket]
                total[0] += sign * count.rows
                total[1] += sign * count.users
    return _frame(scoped, found, values)


def _lines(scoped: ScopedRows, indexes: Timelines, kind: Kind) -> Iterator[tuple[int, Timeline]]:
    """Everybody's timeline, and the developers' own, to be taken off where they are not counted."""
    yield 1, indexes.of(kind)
    if not scoped.query.developers and indexes.data.developers is not None:
        yield -1, replace(indexes, developers_only=True).of(kind)


def _frame(
    scoped: ScopedRows, found: dict[tuple[int, ...], list[int]], values: pl.Series
) -> pl.DataFrame:
    rows = [(*key, *total) for key, total in found.items() if total[0]]
    names = (SET, BY, BUCKET, COUNT, USERS)
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    # Column by column: to have rows read costs more than it took to count them.
    frame = pl.DataFrame([pl.Series(name, columns.get(name, ()), dtype=pl.Int64) for name in names])
    if scoped.grouping.by is not None:
        frame = frame.with_columns(values.gather(frame[BY]).alias(BY))
    return frame.select(SET, *scoped.grouping.keys, COUNT, USERS)


def _pieces(scoped: ScopedRows, line: Timeline, days: Days | None) -> Iterator[Piece]:
    """Cut the range into intervals, and where users count once a day, off these the day that they begin within."""
    first, last = line.within(*scoped.query.micros())
    if first >= last:
        return
    grouping, buckets = scoped.grouping, [(0, first, last)]
    if grouping.every is not None:
        buckets = list(_stretches(scoped, line, grouping.every, first, last))
    for bucket, begin, stop in buckets:
        since = first if grouping.cumulative else begin
        night = stop if days is None else min([stop, *_next_day(days, since)])
        if begin < night:
            yield Piece(bucket, begin, night, since)
        if max(begin, night) < stop:
            yield Piece(bucket, max(begin, night), stop, None)


def _next_day(days: Days, place: int) -> list[int]:
    """Return the first place of the first day that begins at or after a place, if there is one."""
    found = bisect_left(days.starts, place)
    return days.starts[found : found + 1]


def _stretches(
    scoped: ScopedRows, line: Timeline, every: str, first: int, last: int
) -> Iterator[tuple[int, int, int]]:
    """Yield each interval of places that is not empty, as its number, first place and the place behind its last."""
    times, calendar = line.moments["time"], scoped.data.calendar(scoped.query)
    numbers = calendar.between(times[first], times[last - 1], every)
    places = [max(first, place) for place in line.places(calendar.starts(numbers, every))]
    for number, begin, stop in zip(numbers, places, [*places[1:], last], strict=True):
        if begin < stop:
            yield number, begin, stop
