"""Counts of any range, zone, interval and breakdown from timelines, which are sorted only once."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import polars as pl

from results_widgets.engine.facts import BUCKET, Facts
from results_widgets.engine.memory import InMemory
from results_widgets.engine.plain import COUNT, SET, USERS, Codes, Kind
from results_widgets.engine.rows import BY
from results_widgets.engine.spans import Piece, Spans, edges_of
from results_widgets.engine.timeline import Timeline, Valued
from results_widgets.engine.timelines import Timelines, valued

Found = Callable[[Timeline, Valued | None], Sequence[Spans]]


def ready(facts: Facts, kind: Kind, sets: Sequence[Codes]) -> bool:
    """Whether the rows of these sets have been sorted already."""
    line = _timelines(facts, developers_only=False).known(kind)
    return line is not None and line.knows(sets)


def by_range(facts: Facts, kind: Kind, sets: Sequence[Codes], *, by_day: bool) -> pl.DataFrame:
    """Return `SET` (place among the sets), the question's keys, `COUNT` of rows and `USERS`.

    By day, users count once for each local day.
    """
    return _counted(facts, kind, lambda line, split: line.spans(sets, split), by_day=by_day)


def both_by_range(facts: Facts, pairs: Sequence[tuple[Codes, Codes]]) -> pl.DataFrame:
    """Return `SET` (place among the pairs), the question's keys and `USERS`: distinct users with codes of both."""

    def meetings(line: Timeline, split: Valued | None) -> list[Spans]:
        return [line.meetings(one, other, split) for one, other in pairs]

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
        pieces = _pieces(facts, line, by_day=by_day)
        every = find(line, split)
        for place, edges in enumerate(edges_of(every, pieces) if pieces else ()):
            for count in every[place].counts(pieces, edges):
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
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int64), orient="row")
    if facts.question.by is not None:
        frame = frame.with_columns(values.gather(frame[BY]).alias(BY))
    return frame.select(SET, *facts.question.keys, COUNT, USERS)


def _pieces(facts: Facts, line: Timeline, *, by_day: bool) -> list[Piece]:
    """Cut the range into intervals, and where users count once a day, these into days."""
    start, end = facts.lens.micros()
    first = 0 if start is None else line.place(start)
    last = len(line) if end is None else line.place(end)
    if first >= last:
        return []
    question, whole = facts.question, [(0, first, last)]
    buckets, days = whole, whole
    if question.every is not None:
        buckets = list(_stretches(facts, line, question.every, first, last))
    if by_day:
        days = list(_stretches(facts, line, "1d", first, last))
    pieces = []
    for bucket, begin, stop in buckets:
        for _, day, night in _overlapping(days, begin, stop):
            low = max(begin, day)
            pieces.append(Piece(bucket, low, min(stop, night), day if question.cumulative else low))
    return pieces


def _stretches(
    facts: Facts, line: Timeline, every: str, first: int, last: int
) -> Iterator[tuple[int, int, int]]:
    """Yield each interval of places that is not empty, as its number, first place and the place behind its last."""
    times, calendar = line.moments["time"], facts.data.calendar(facts.lens)
    numbers = calendar.between(times[first], times[last - 1], every)
    places = [max(first, line.place(start)) for start in calendar.starts(numbers, every)]
    for number, begin, stop in zip(numbers, places, [*places[1:], last], strict=True):
        if begin < stop:
            yield number, begin, stop


def _overlapping(
    stretches: list[tuple[int, int, int]], begin: int, stop: int
) -> list[tuple[int, int, int]]:
    low = bisect_right(stretches, begin, key=lambda stretch: stretch[2])
    return stretches[low : bisect_left(stretches, stop, key=lambda stretch: stretch[1])]
