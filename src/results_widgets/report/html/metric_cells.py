"""The cells of a page's metrics, and what their declarations say adds up to what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import polars as pl

from results_widgets.glossary import (
    Conversions,
    Count,
    Entries,
    Events,
    Median,
    Metric,
    Ratio,
    Scope,
    Sum as SumOf,
    Users,
)
from results_widgets.report.html.small_cells import Cell, Sum

_NUMBERS: Final = ["value", "numerator", "denominator", "low", "high", "previous"]
Row = Mapping[str, Any]


def cell_of(metric: Metric, scope: Scope = "campaign", owner: str = "") -> Cell:
    """Return the cell of a metric of an owner; that of the campaign is the same, whichever rate divides by it."""
    return (
        ("campaign", "", metric.key) if metric.scope == "campaign" else (scope, owner, metric.key)
    )


class MetricCells:
    """The metrics' frame of a page as cells.

    Args:
        frame: The rows of ``_metrics``.
        declared: The campaign's metrics, those included that are not shown.
        campaign: The value of ``_campaign``.
        held_back_counted: Whether numbers of all entries and conversions include the held back.
    """

    def __init__(
        self,
        frame: pl.DataFrame,
        declared: Iterable[Metric],
        campaign: Mapping[str, Any],
        *,
        held_back_counted: bool,
    ) -> None:
        self._frame = frame
        self._held_back_counted = held_back_counted
        self._declared = {(m.scope, m.channel, m.key): m for m in declared}
        self._actions: dict[str, list[str]] = {}
        for action in campaign["actions"]:
            self._actions.setdefault(action["channel"], []).append(action["id"])

    def _rows(self) -> Iterator[tuple[Row, Metric, Scope, str]]:
        """Yield each row with its metric, its scope and its owner."""
        for row in self._frame.iter_rows(named=True):
            scope, channel, key = row["scope"], row["channel"], row["metric"]
            own = self._declared.get((scope, None, key))
            owner = {"campaign": "", "channel": channel, "action": row["action_id"]}[scope]
            yield row, own or self._declared["channel", channel, key], scope, owner

    def cells(self) -> dict[Cell, float]:
        """Return every count that the metrics show."""
        values: dict[Cell, float] = {}
        for row, metric, scope, owner in self._rows():
            if metric.is_count and row["value"] is not None:
                values[cell_of(metric, scope, owner)] = row["value"]
            for name, side in _sides(metric):
                if row[name] is not None:
                    values.setdefault(cell_of(side, scope, owner), row[name])
        return values

    def sums(self) -> Iterator[Sum]:
        """Yield what adds up to what."""
        yield from self._within_campaign()
        for _, metric, scope, owner in self._rows():
            if isinstance(metric.measure, Ratio):
                numerator, denominator = (cell_of(side, scope, owner) for side in metric.sides)
                yield Sum(denominator, (numerator,))
            actions = self._actions.get(owner, [])
            if scope == "channel" and metric.is_count and actions:
                parts = tuple(cell_of(metric, "action", action) for action in actions)
                yield Sum(cell_of(metric, scope, owner), parts)

    def _within_campaign(self) -> Iterator[Sum]:
        """Yield the campaign's counts of some rows within those of all, and of events over channels."""
        declared = [*self._declared.values()]
        for part, whole in parts_of(declared, held_back_counted=self._held_back_counted):
            yield Sum(cell_of(whole), (cell_of(part),))
        for metric in declared:
            rows = metric.rows
            if metric.scope != "campaign" or not isinstance(metric.measure, Count | Users):
                continue
            if isinstance(rows, Events) and (
                parts := tuple(self._of_channels(type(metric.measure), rows))
            ):
                yield Sum(cell_of(metric), parts)

    def _of_channels(self, counted: type[Count | Users], rows: Events) -> Iterator[Cell]:
        for metric in self._declared.values():
            own = metric.rows
            alike = isinstance(own, Events) and set(own.names) <= set(rows.names)
            if metric.channel is not None and alike and isinstance(metric.measure, counted):
                yield cell_of(metric, "channel", metric.channel)

    def without(self, hidden: set[Cell]) -> pl.DataFrame:
        """Return the frame with null where something is hidden."""
        rows = []
        for row, metric, scope, owner in self._rows():
            blank = {"previous"}
            for name, side in _sides(metric):
                if cell_of(side, scope, owner) in hidden:
                    blank |= {name, "value", "low", "high"}
            is_of_few = any(cell in hidden for cell in self._counts_of(metric, scope, owner))
            if is_of_few or cell_of(metric, scope, owner) in hidden:
                blank |= set(_NUMBERS)
            rows.append({name: None if name in blank else value for name, value in row.items()})
        return pl.DataFrame(rows, schema=self._frame.schema)

    def _counts_of(self, metric: Metric, scope: Scope, owner: str) -> Iterator[Cell]:
        """Yield the counts of the rows that a metric adds up or takes a median of."""
        rows = {part.rows for part in metric.parts() if isinstance(part.measure, SumOf | Median)}
        for other in self._declared.values() if rows else ():
            if other.scope == metric.scope and other.is_count and other.rows in rows:
                yield cell_of(other, scope, owner)


def parts_of(
    declared: Sequence[Metric], *, held_back_counted: bool
) -> Iterator[tuple[Metric, Metric]]:
    """Yield the campaign's counts of some entries or conversions, each with the count of all of them.

    Args:
        declared: The campaign's metrics, those included that are not shown.
        held_back_counted: Whether numbers of all entries and conversions include the held back.
    """
    for part in declared:
        if part.scope != "campaign" or not isinstance(part.measure, Count | Users):
            continue
        rows = part.measure.rows
        if isinstance(rows, Entries | Conversions) and (
            held_back_counted if rows.held_back else rows != _all_of(rows)
        ):
            every = replace(part.measure, rows=_all_of(rows))
            yield from (
                (part, whole) for whole in declared if whole.measure == every and whole.shown
            )


def _all_of(rows: Entries | Conversions) -> Entries | Conversions:
    """Return all rows of a kind, by the same clock."""
    return Entries() if isinstance(rows, Entries) else Conversions(by_entry=rows.by_entry)


def _sides(metric: Metric) -> list[tuple[str, Metric]]:
    """Return a ratio's columns and metrics; nothing of others."""
    named = zip(("numerator", "denominator"), metric.sides, strict=False)
    return list(named) if isinstance(metric.measure, Ratio) else []
