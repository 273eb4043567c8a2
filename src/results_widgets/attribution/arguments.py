"""What attribution is asked with, checked."""

from collections.abc import Iterable
from datetime import timedelta
from typing import get_args

from results_widgets.attribution.models import Model
from results_widgets.durations import parse_duration
from results_widgets.engine.calendar import SECOND
from results_widgets.errors import QueryError


def models_of(models: Model | Iterable[Model] | None) -> tuple[Model, ...]:
    """Return the models that are asked for, each once; all for None.

    Raises:
        QueryError: One is not known, or there is none.
    """
    known: tuple[Model, ...] = get_args(Model)
    wanted = known if models is None else (models,) if isinstance(models, str) else tuple(models)
    if not wanted:
        raise QueryError("models= is empty; pass None for all models")
    for one in wanted:
        if one not in known:
            raise QueryError.unknown("model of attribution", one, known)
    return tuple(dict.fromkeys(wanted))


def _micros(value: str | timedelta, name: str) -> int:
    """Return a duration in µs.

    Raises:
        QueryError: It is none, or a negative one.
    """
    try:
        length = parse_duration(value) if isinstance(value, str) else value
    except ValueError as error:
        raise QueryError(f"{name}= {error}") from None
    if length < timedelta(0):
        raise QueryError(f"{name}= {length} is negative; write for example '7d'")
    return round(length.total_seconds() * SECOND)


def window_of(window: str | timedelta | None) -> int | None:
    """Return how long before a conversion a touch may lie, in µs; None for no limit.

    Raises:
        QueryError: It is not a duration, or a negative one.
    """
    return None if window is None else _micros(window, "window")


def half_life_of(half_life: str | timedelta) -> int:
    """Return a half-life in µs.

    Raises:
        QueryError: It is not a duration, or not above 0.
    """
    found = _micros(half_life, "half_life")
    if not found:
        raise QueryError("half_life= is 0, and no touch has half the weight of another; pass '7d'")
    return found
