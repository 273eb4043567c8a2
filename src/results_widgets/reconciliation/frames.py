"""A reconciliation as frames."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from results_widgets.reconciliation.scenario import Scenario
from results_widgets.reconciliation.theirs import Theirs
from results_widgets.reconciliation.trial import Trial
from results_widgets.reconciliation.waterfall import Line

_WHERE: Final = {"action": pl.String, "channel": pl.String, "metric": pl.String}
_TABLE: Final = {
    **_WHERE,
    **dict.fromkeys(("ours", "theirs", "difference", "explained", "rest"), pl.Float64),
    "text": pl.String,
}
_WATERFALL: Final = {
    **_WHERE,
    "cause": pl.String,
    **dict.fromkeys(("step", "value", "alone"), pl.Float64),
    "text": pl.String,
}
_ALONE: Final = {
    **_WHERE,
    "cause": pl.String,
    **dict.fromkeys(("value", "change"), pl.Float64),
    "status": pl.String,
}
_RULES: Final = dict.fromkeys(("cause", "label", "ours", "theirs", "status", "text"), pl.String)

_SAID: Final = {
    "told": "told",
    "assumed": "not told; assumed, because it brings our numbers closer to theirs",
    "same": "told; the same as ours",
    "tried": "not told; tried and left out, because it brings our numbers no closer to theirs",
    "not told": "not told; assumed to be the same as ours",
}


def table_of(lines: Sequence[Line]) -> pl.DataFrame:
    """Return one row for each number; see `Reconciliation.table`."""
    rows = []
    for line in lines:
        rest, apart = line.rest, line.difference
        explained = None if rest is None or apart is None else apart - rest
        numbers = (line.ours, line.theirs, apart, explained, rest)
        rows.append((*_where(line.given), *numbers, verdict(line)))
    return pl.DataFrame(rows, schema=_TABLE, orient="row")


def verdict(line: Line) -> str:
    """Return what became of one number, in words."""
    if line.why:
        return line.why
    if line.is_equal:
        return "equal" if line.is_explained else "equal, but not under their rules"
    if line.rest == 0:
        return "explained"
    return "explained but for rounding" if line.is_rounding else "not explained"


def waterfall_of(lines: Sequence[Line]) -> pl.DataFrame:
    """Return one row for each number and cause; see `Reconciliation.waterfall`."""
    rows = [
        (*_where(line.given), one.cause, one.change, one.value, one.alone, one.text)
        for line in lines
        for one in line.steps
    ]
    return pl.DataFrame(rows, schema=_WATERFALL, orient="row")


def alone_of(lines: Sequence[Line], trials: Sequence[Trial]) -> pl.DataFrame:
    """Return one row for each number and rule that was tried alone; see `Reconciliation.alone`."""
    rows = []
    for place, line in enumerate(lines):
        for trial in trials:
            if trial.alone is None:
                continue
            value = trial.alone[place]
            change = None if value is None or line.ours is None else value - line.ours
            rows.append((*_where(line.given), trial.cause.key, value, change, trial.status))
    return pl.DataFrame(rows, schema=_ALONE, orient="row")


def rules_of(trials: Sequence[Trial], ours: Scenario) -> pl.DataFrame:
    """Return one row for each cause; see `Reconciliation.rules`."""
    rows = []
    for trial in trials:
        cause = trial.cause
        mine, theirs = (cause.words(value) for value in (cause.read(ours), trial.value))
        text = f"n/a: {trial.why}" if trial.status == "n/a" else _SAID[trial.status]
        rows.append((cause.key, cause.label, mine, theirs, trial.status, text))
    return pl.DataFrame(rows, schema=_RULES, orient="row")


def _where(one: Theirs) -> tuple[str | None, str | None, str]:
    """Return the action, the channel and the metric of a number."""
    action = one.place.owner if one.place.scope == "action" else None
    return action, one.channel, one.place.metric
