"""The ``_glossary`` trait: label, unit, scope and meaning of every metric on screen."""

from typing import Final

from results_widgets.glossary import OF_ENTRIES, Metric, Scope, Unit
from results_widgets.results import Results
from results_widgets.results.formatting import base_of
from results_widgets.results.intervals import has_interval
from results_widgets.view_model.applicable import applicable
from results_widgets.view_model.serialization import State

_GROUPS: Final[dict[Unit, str]] = {
    "count": "Counts",
    "users": "Distinct users",
    "entries": "Counts",
    "rate": "Rates",
    "amount": "Values",
    "seconds": "Times",
}
"""Headings of the metric picker, by the unit of the metrics below them."""


def glossary_state(results: Results) -> State:
    """Return the value of ``_glossary``: entries by metric, of those that apply to the campaign.

    Where channels use one name for different things, the later channels' entries stand under
    ``channel:metric``. An entry has ``approximate`` if the metric is estimated from sketches, and
    ``missing`` if the source cannot provide it, ``note`` if its denominator is not the one that the definition set
    names, ``in_range`` if a rate follows the entries of a range that a reader may choose. The parts of such rates
    have entries, too, without a scope.
    """
    state: State = {}
    ranged = {_name(one): one for one in results._session.metrics(hidden=True, every="1d")}
    of_entries = [one for one in ranged.values() if one.key.endswith(OF_ENTRIES)]
    for metric in filter(applicable(results), (*results._session.metrics(), *of_entries)):
        entry = (
            _entry(metric) | _accuracy(results, metric) | _in_range(metric, ranged[_name(metric)])
        )
        entry["proportion"] = has_interval(results._session, metric)
        entry["matures"] = metric.matures
        said = {"missing": metric.missing, "note": metric.note}
        entry |= {name: text for name, text in said.items() if text}
        state.setdefault(metric.key, entry)
        if metric.channel is not None and state[metric.key] != entry:
            state[f"{metric.channel}:{metric.key}"] = entry
    return state


def _entry(metric: Metric) -> State:
    scopes: list[Scope] = ["channel", "action"] if metric.scope == "channel" else [metric.scope]
    if not metric.shown:
        scopes = []
    return {
        "label": metric.label,
        "unit": metric.unit,
        "scopes": scopes,
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "base": base_of(metric),
        "text": metric.text,
        "group": _GROUPS[metric.unit],
        "low_is_good": metric.direction == "lower",
    }


def _name(metric: Metric) -> tuple[str, str | None, str]:
    return metric.scope, metric.channel, metric.key


def _in_range(metric: Metric, ranged: Metric) -> State:
    """Return what differs of a rate in a range: its numerator and its text."""
    if metric.numerator == ranged.numerator:
        return {}
    return {"in_range": {"numerator": ranged.numerator, "text": ranged.text}}


def _accuracy(results: Results, metric: Metric) -> State:
    estimate = results._session.estimate(metric)
    return {} if estimate is None else {"approximate": estimate._asdict()}
