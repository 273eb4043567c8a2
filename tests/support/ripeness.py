"""Maturity of random campaigns: asked of the package and of the reference, and compared."""

from itertools import pairwise

from results_widgets.experiments.maturity import open_windows
from tests.reference import maturity as reference
from tests.reference.case import Row, microseconds
from tests.reference.rows import newest
from tests.support.answers import FromPackage, group_of
from tests.support.strategies import Question
from tests.support.trials import close


def same_ripeness(asked: Question, answers: FromPackage) -> None:
    """Curves, cohorts and what is open are the reference's."""
    package = answers.results
    for by in asked.breakdowns:
        frame = package.time_to_convert(by=by)
        entries = reference.seen(asked.case, asked.query, by)
        groups = {entry.group for entry in entries}
        found = frame.with_columns(frame["time"].dt.total_microseconds()).to_dicts()
        assert {group_of(row, by) for row in found} == groups
        for group in groups:
            own = [row for row in found if group_of(row, by) == group]
            told = reference.survival([entry for entry in entries if entry.group == group])
            same_rows(own, told)
    for every in ("1d", "1w"):
        rows = package.cohorts(every).to_dicts()
        for row in rows:
            row["start"] = microseconds(row["start"])
        same_rows(rows, reference.cohorts(asked.case, asked.query, every))
    ripeness = package.maturity().row(0, named=True)
    maturity_is_of_the_entries(ripeness, asked)
    windows, closes = open_windows(package._session.scoped()), ripeness["decides_at"]
    assert (windows.entries, windows.open) == (ripeness["entries"], ripeness["open"])
    assert windows.decides_at == (None if closes is None else microseconds(closes))


def maturity_is_of_the_entries(found: Row, asked: Question) -> None:
    """What is known already is exact; the forecast lies where it can."""
    entries = reference.seen(asked.case, asked.query)
    last = newest(asked.case, asked.query)
    still = [entry for entry in entries if entry.ended_at > last]
    assert (found["entries"], found["open"]) == (len(entries), len(still))
    closes = max((entry.ended_at for entry in still), default=None)
    decides = found["decides_at"]
    assert (None if decides is None else microseconds(decides)) == closes
    if not entries:
        assert found["forecast"] is None
        return
    converted = sum(entry.converted for entry in entries)
    waiting = sum(not entry.converted for entry in still)
    assert close(found["converted_rate"], converted / len(entries))
    low, rate, high = (found[name] for name in ("forecast_low", "forecast", "forecast_high"))
    edges = [found["converted_rate"], low, rate, high, (converted + waiting) / len(entries)]
    known = [edge for edge in edges if edge is not None]
    assert all(one <= other + 1e-9 for one, other in pairwise(known)), known


def same_rows(found: list[Row], told: list[Row]) -> None:
    """Rows whose numbers are the same but for rounding, whatever else the found ones have."""
    assert len(found) == len(told)
    for one, other in zip(found, told, strict=True):
        differing = {n: (one[n], other[n]) for n in other if not close(one[n], other[n])}
        assert not differing, (other, differing)
