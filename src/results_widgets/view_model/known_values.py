"""Which values of a browser's selection are accepted."""

from collections.abc import Container, Iterator, Mapping
from datetime import date

import traitlets

from results_widgets.definitions import DEFINITIONS
from results_widgets.errors import QueryError
from results_widgets.locales import LOCALES
from results_widgets.results import Results
from results_widgets.tables.zones import check_zone
from results_widgets.view_model.compare_trait import CAMPAIGN


def days_first(values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield start and end before the rest: setting them selects the custom range, unless a range is given."""
    yield from ((name, values[name]) for name in ("start", "end") if name in values)
    yield from ((name, value) for name, value in values.items() if name not in ("start", "end"))


def known_values(state: Mapping[str, object], results: Results) -> Iterator[tuple[str, object]]:
    """Yield the fields of a browser's selection whose values these results have.

    Fields that hold no names are left for the selection's own traits to check.
    """
    campaign = results.campaign
    known: dict[str, Container[str]] = {
        "metric": {metric.key for metric in results._session.metrics()},
        "action": campaign.action_by_id,
        "channel": campaign.channels,
        "by": results.breakdowns,
        "variant": [variant.id for variant in campaign.variants],
        "time_zone": _TimeZones(),
        "locale": LOCALES,
    }
    for name, value in state.items():
        if name in ("start", "end"):
            day = parsed_day(value)
            if value is None or day is not None:
                yield name, day
        elif name in known:
            if value is None or (isinstance(value, str) and value in known[name]):
                yield name, value
        elif name == "definitions":
            # The results' own set may not be one of the shipped ones.
            if value == results.definitions.name:
                yield name, ""
            elif isinstance(value, str) and value in DEFINITIONS:
                yield name, value
        elif name != "compare" or value != CAMPAIGN or results._session.beside is not None:
            yield name, value


class _TimeZones:
    """The known time zones, as a container.

    Checked before the trait is set: where notifications are held, a validator that fails takes
    every other trait back with it.
    """

    def __contains__(self, value: object) -> bool:
        try:
            return isinstance(value, str) and bool(check_zone(value))
        except QueryError:
            return False


def parsed_day(value: object) -> date | None:
    """Return the day that an ISO text names; None for anything else."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def chosen_text(selection: traitlets.HasTraits) -> str:
    """Return what is chosen of a selection as keywords; what is left as it was is left out."""
    values = ((name, getattr(selection, name), one) for name, one in selection.traits().items())
    chosen = {name: value for name, value, one in values if value != one.default_value}
    days = {name: str(value) for name, value in chosen.items() if isinstance(value, date)}
    return ", ".join(f"{name}={value!r}" for name, value in {**chosen, **days}.items())
