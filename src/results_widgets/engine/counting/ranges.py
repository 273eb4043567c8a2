"""Counts of any range, zone, interval and breakdown from timelines, which are sorted only once."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import polars as pl

from results_widgets.engine.backends.memory.dataset import InMemory
from results_widgets.engine.counting.group_by import COUNT, SET, USERS, Codes, Kind
from results_widgets.engine.counting.spans import Piece, Spans, places_in
from results_widgets.engine.counting.timeline import Days, Timeline, Valued
from results_widgets.engine.counting.timelines import Timelines, valued
from results_widgets.engine.encoding.user_ids import on_all_cores
from results_widgets.engine.frames import BY
from results_widgets.engine.scoped import BUCKET, Facts

Found = Callable[[Timeline, Valued | None, Days | None], Sequence[Spans]]


def ready(facts: Facts, kind: Kind, sets: Sequence[Codes]) -> bool:
    """Whether the rows of these sets have been sorted already."""
    line = _timelines(facts, developers_only=False).known(kind)
    return line is not None and line.knows(sets)


def by_range(facts: Facts, kind: Kind, sets: Sequence[Codes], unit: Sequence[str]) -> pl.DataFrame:
    """Return `SET` (place among the sets), the question's keys, `COUNT` of rows and `USERS`.

    Users with their day as a unit count once for each local day; without a unit, `USERS` are rows.
    """

    def find(line: Timeline, split: Valued | None, days: Days | None) -> list[Spans]:
        found = line.spans(sets, split, days)
        return found if unit else [replace(spans, before=None) for spans in found]

    return _counted(facts, kind, find, by_day=len(unit) > 1)


def both_by_range(facts: Facts, pairs: Sequence[tuple[Codes, Codes]]) -> pl.DataFrame:
    """Return `SET` (place among the pairs), the question's keys and `USERS`: distinct users with codes of both."""

    def meetings(line: Timeline, split: Valued | None, _: Days | None) -> list[Spans]:
        return on_all_cores(lambda pair: line.meetings(*pair, split), pairs)

    return _counted(facts, "events", meetings, by_day=False).drop(COUNT)


def _counted(facts: Facts, kind: Kind, find: Found, *, by_day: bool) -> pl.DataFrame:
    found: defaultdict[tuple[int, ...], list[int]] = defaultdict(lambda: [0, 0])
    values = pl.Series(BY, [None])
    for sign, line in _lines(facts, kind):
        split = (
            None
            if facts.question.by is None
            else valued(_in_memory(facts), facts.question.by, line)
        )
        values = values if split is None else split.values
        days = line.days(facts.data.calendar(facts.lens)) if by_day else None
        pieces = list(_pieces(facts, line, days))
        edges = [edge for piece in pieces for edge in (piece.start, piece.end)]
        every = find(line, split, days)
        for place, places in enumerate(places_in(every, edges) if pieces else ()):
            for count in every[place].counts(pieces, places):
                total = found[place, count.value, count.bucket]
                total[0] += sign * count.rows
                total[1] += sign * count.users
    return _frame(facts, found, values)


def _lines(facts: Facts, kind: Kind) -> Iterator[tuple[int, Timeline]]:
    """Everybody's timeline, and the developers' own, to be taken off where they are not counted."""
    yield 1, _timelines(facts, developers_only=False).of(kind)
    if not facts.lens.developers and facts.data.developers is not None:
        yield -1, _timelines(facts, developers_only=True).of(kind)


def _timelines(facts: Facts, *, developers_only: bool) -> Timelines:
    return Timelines(_in_memory(facts), facts.lens.definitions, developers_only)


def _in_memory(facts: Facts) -> InMemory:
    assert isinstance(facts.data, InMemory)
    return facts.data


def _frame(
    facts: Facts, found: dict[tuple[int, ...], list[int]], values: pl.Series
) -> pl.DataFrame:
    rows = [(*key, *total) for key, total in found.items() if total[0]]
    names = (SET, BY, BUCKET, COUNT, USERS)
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    # Column by column: to have rows read costs more than it took to count them.
    frame = pl.DataFrame([pl.Series(name, columns.get(name, ()), dtype=pl.Int64) for name in names])
    if facts.question.by is not None:
        frame = frame.with_columns(values.gather(frame[BY]).alias(BY))
    return frame.select(SET, *facts.question.keys, COUNT, USERS)


def _pieces(facts: Facts, line: Timeline, days: Days | None) -> Iterator[Piece]:
    """Cut the range into intervals, and where users count once a day, off these the day that they begin within."""
    first, last = line.within(*facts.lens.micros())
    if first >= last:
        return
    question, buckets = facts.question, [(0, first, last)]
    if question.every is not None:
        buckets = list(_stretches(facts, line, question.every, first, last))
    for bucket, begin, stop in buckets:
        since = first if question.cumulative else begin
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
    facts: Facts, line: Timeline, every: str, first: int, last: int
) -> Iterator[tuple[int, int, int]]:
    """Yield each interval of places that is not empty, as its number, first place and the place behind its last."""
    times, calendar = line.moments["time"], facts.data.calendar(facts.lens)
    numbers = calendar.between(times[first], times[last - 1], every)
    places = [max(first, place) for place in line.places(calendar.starts(numbers, every))]
    for number, begin, stop in zip(numbers, places, [*places[1:], last], strict=True):
        if begin < stop:
            yield number, begin, stop
