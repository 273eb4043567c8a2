"""Which action a whole conversion is credited to: the model, and how old a touch may be."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Literal, get_args

from results_widgets._json import Node, shown
from results_widgets.durations import format_duration, parse_duration
from results_widgets.errors import QueryError

Attribution = Literal["last_interaction", "last_touch", "first_touch", "last_click"]
"""The models that credit a whole conversion to one action."""

SPLITTING: Final = ("linear", "time_decay", "position", "markov", "shapley")
"""The models that divide a conversion among actions."""

WHOM: Final[Mapping[Attribution, str]] = {
    "last_interaction": "the last one the user interacted with or, if none, received",
    "last_touch": "the last one received or interacted with",
    "first_touch": "the first one received or interacted with",
    "last_click": "the last one clicked",
}
"""Which action each model credits."""


def attribution_of(node: Node) -> Attribution:
    """Return the model that a set names.

    Raises:
        QueryError: It is not known, or divides conversions.
    """
    value = node.value.get("attribution")
    if value in SPLITTING:
        raise node.error("attribution", splits(str(value)))
    return node.choice("attribution", get_args(Attribution), "last_interaction")


def splits(model: str) -> str:
    """Return why a model that divides conversions has no users behind its numbers, and what to ask instead."""
    return (
        f"{model!r} divides a conversion among actions, and no user is behind a part of one; "
        f"results.attribution({model!r}) has its numbers. Whole conversions are credited by "
        f"{', '.join(get_args(Attribution))}"
    )


def lookback_of(node: Node) -> str | None:
    """Return how long before a conversion a touch may lie as `format_duration` writes it; None for no limit.

    Raises:
        QueryError: It is not a duration, or a negative one.
    """
    value: Any = node.value.get("lookback")
    if value is None:
        return None
    try:
        length = value if isinstance(value, timedelta) else parse_duration(value)
    except (TypeError, ValueError):
        said = f"expected a duration such as '7d', found {shown(value)}"
        raise node.error("lookback", said) from None
    if length < timedelta(0):
        raise node.error("lookback", f"{length} is negative; write for example '7d'")
    return format_duration(length)


def model_words(attribution: Attribution, lookback: str | None) -> str:
    """Return a model as a name and a caption say it: ``first touch within 3d``."""
    within = "" if lookback is None else f" within {lookback}"
    return f"{attribution.replace('_', ' ')}{within}"


def whom_words(attribution: Attribution, lookback: str | None) -> str:
    """Return which action a conversion is credited to, as the texts of metrics say it."""
    within = "" if lookback is None else f", at most {lookback} before"
    return f"{WHOM[attribution]}{within}"


def unknown_model(model: object) -> QueryError:
    """Return the error of a model that credits no whole conversion."""
    if model in SPLITTING:
        return QueryError(splits(str(model)))
    return QueryError.unknown("model of attribution", str(model), get_args(Attribution))
