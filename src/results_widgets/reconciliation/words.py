"""What a reconciliation says, in sentences."""

from collections.abc import Iterator, Sequence
from typing import Final

from results_widgets.locales import Locale
from results_widgets.reconciliation.scenario import Number, Scenario
from results_widgets.reconciliation.trial import Trial
from results_widgets.reconciliation.waterfall import REST, Line

_MOST: Final = 3
_LEAST: Final = 0.01
_ORDER: Final = (
    "Causes are changed one after another, in the same order for all numbers; in another order they may divide the "
    "same difference differently. The effect of each alone is shown beside it."
)


def sentences_of(
    lines: Sequence[Line],
    trials: Sequence[Trial],
    ours: Scenario,
    rates: str,
    locale: Locale,
) -> list[str]:
    """Return the findings in sentences, the most important ones first."""
    said = [_overview(lines, trials, locale)]
    said += [_cause(one, lines, ours, locale) for one in trials if one.is_applied]
    said += list(_rests(lines, locale))
    said += [
        f"{one.cause.label}: n/a, {one.why.rstrip('.')}." for one in trials if one.status == "n/a"
    ]
    said += _estimates(trials)
    said += [rates] if rates else []
    return [*said, _ORDER] if sum(one.is_applied for one in trials) > 1 else said


def _overview(lines: Sequence[Line], trials: Sequence[Trial], locale: Locale) -> str:
    known = [line for line in lines if not line.why]
    equal = sum(line.is_equal for line in known)
    explained = sum(line.is_explained and not line.is_equal for line in known)
    applied = [one.cause.label for one in trials if one.is_applied]
    by = f" by {_listed(applied)}" if applied and explained else ""
    parts = [f"{locale.exact(equal)} equal", f"{locale.exact(explained)} explained{by}"]
    parts.append(f"{locale.exact(len(known) - equal - explained)} not explained")
    if len(lines) > len(known):
        parts.append(f"{locale.exact(len(lines) - len(known))} n/a")
    return f"{locale.count_of(len(lines), 'number')} of theirs beside ours: {', '.join(parts)}."


def _cause(trial: Trial, lines: Sequence[Line], ours: Scenario, locale: Locale) -> str:
    cause = trial.cause
    mine, theirs = (cause.words(value) for value in (cause.read(ours), trial.value))
    told = "" if trial.status == "told" else " (not told; assumed, because it fits)"
    steps = [
        (line, step.change)
        for line in lines
        for step in line.steps
        if step.cause == cause.key and step.change
    ]
    if not steps:
        effect = "It changes no number."
    else:
        most, change = max(steps, key=lambda pair: abs(pair[1] or 0) / abs(pair[0].theirs or 1))
        effect = (
            f"It changes {locale.count_of(len(steps), 'number')}, most of all {most.given.words}: "
            f"{signed(change, most.given.metric.unit, locale)}."
        )
    return f"{cause.label}: theirs {theirs}, ours {mine}{told}. {effect}"


def _rests(lines: Sequence[Line], locale: Locale) -> Iterator[str]:
    left = [line for line in lines if line.rest and not line.is_explained]
    left.sort(key=lambda line: -abs(line.rest or 0) / abs(line.theirs or 1))
    for line in left[:_MOST]:
        unit = line.given.metric.unit
        of = f" of {signed(line.difference, unit, locale)}" if line.difference else ""
        both = [shown(value, unit, locale) for value in (line.ours, line.theirs)]
        rest = signed(line.rest, unit, locale)
        yield f"Not explained: {line.given.words}, {rest}{of} (ours {both[0]}, theirs {both[1]})."
    if len(left) > _MOST:
        yield f"Not explained, too: {locale.exact(len(left) - _MOST)} more."


def _estimates(trials: Sequence[Trial]) -> list[str]:
    told = any(one.cause.key == "approximation" and one.value == "approximate" for one in trials)
    text = (
        "Their distinct users are estimates. Ours are estimated with different sketches and so have different "
        "errors: an unexplained rest of 2 % is within the error of such an estimate."
    )
    return [text] if told else []


def _listed(names: Sequence[str]) -> str:
    lower = [name[:1].lower() + name[1:] for name in names]
    return lower[0] if len(lower) == 1 else f"{', '.join(lower[:-1])} and {lower[-1]}"


def shown(value: Number, unit: str, locale: Locale) -> str:
    """Return a number as text; a dash if there is none."""
    return locale.value(value, unit)


def signed(value: Number, unit: str, locale: Locale) -> str:
    """Return a change as text, with its sign; a rate's in percentage points."""
    if value is None:
        return "n/a"
    if value == 0:
        return "0"
    sign = "+" if value > 0 else "\u2212"
    if unit == "rate":
        points = abs(value) * 100
        return f"{sign}{_least(points, locale) or locale.number(points, 2, 0)}\u202fpp"
    size = abs(value)
    if unit == "seconds":
        return sign + locale.duration(size)
    return sign + (_least(size, locale) or locale.exact(size))


def _least(size: float, locale: Locale) -> str:
    """Return what is written of a change that would be rounded to nothing; empty for any other."""
    return f"<{locale.number(_LEAST)}" if size < _LEAST / 2 else ""


def label_of(cause: str, trials: Sequence[Trial]) -> str:
    """Return the name of a cause on screen."""
    if cause == REST:
        return "Rest"
    return next(one.cause.label for one in trials if one.cause.key == cause)
