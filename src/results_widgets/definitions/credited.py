"""A definition set with another model of attribution, under a name that says so."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final, get_args

from results_widgets.definitions.attribution import Attribution, model_words, unknown_model
from results_widgets.definitions.model import Definitions
from results_widgets.definitions.shipped import DEFINITIONS

_USUAL: Final = Definitions("usual")


def credited_by(
    definitions: Definitions,
    model: Attribution,
    lookback: str | timedelta | None,
    interacted: Mapping[str, str | Iterable[str]],
) -> Definitions:
    """Return a set that credits conversions by a model.

    Args:
        definitions: The set.
        model: The model.
        lookback: How old a touch may be.
        interacted: Events that count as an interaction, by channel; other channels keep those of the set.

    Raises:
        QueryError: The model is not known or divides conversions, or another argument cannot be read.
    """
    if model not in get_args(Attribution):
        raise unknown_model(model)
    name = definitions.name.removesuffix(f", {model_words(*_credit(definitions))}")
    read = Definitions(name, {**dict(definitions.interacted), **interacted}, lookback=lookback)
    own = read.interacted
    if own != definitions.interacted:
        events = "; ".join(f"{channel}: {', '.join(own_events)}" for channel, own_events in own)
        name = f"{name} ({events})"
    found = replace(
        definitions, name=name, attribution=model, lookback=read.lookback, interacted=own
    )
    shipped = DEFINITIONS.get(name)
    if shipped == found:
        return shipped
    if is_usual(found) and shipped is None:
        return found
    return replace(found, name=f"{name}, {model_words(*_credit(found))}")


def credit_words(definitions: Definitions) -> str:
    """Return the model of a set as a caption says it, ``first touch``; empty for the usual one."""
    return "" if is_usual(definitions) else model_words(*_credit(definitions))


def is_usual(definitions: Definitions) -> bool:
    """Whether a set credits conversions as those do that say nothing about it."""
    return _credit(definitions) == _credit(_USUAL)


def _credit(definitions: Definitions) -> tuple[Attribution, str | None]:
    return definitions.attribution, definitions.lookback
