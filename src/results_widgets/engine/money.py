"""The currencies of the goal's amounts. Amounts in several are never added up."""

from typing import Final

import narwhals as nw

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.cache import Key
from results_widgets.engine.frames import BY, collect
from results_widgets.errors import listing
from results_widgets.glossary import Metric, Sum
from results_widgets.tables.events import CURRENCY

UNNAMED: Final = "none"
"""In place of a currency: amounts whose row names none, beside others that do."""

Currencies = tuple[str, ...]


def currencies_of(data: Backend, definitions: Definitions) -> Currencies:
    """Return the currencies of the conversions that have an amount, sorted; none where the events name none."""
    if data.currencies is not None:
        return data.currencies
    users = data.require_users()
    if not users.columns.has(CURRENCY):
        return ()
    key = Key[Currencies]("currencies", (data.codes.interacted(definitions),))

    def find() -> Currencies:
        paid = users.conversions(definitions, CURRENCY).filter(~nw.col("value").is_null())
        found = collect(paid.select(BY).unique())[BY].to_list()
        named = sorted(one for one in found if one is not None)
        return (*named, UNNAMED) if named and None in found else tuple(named)

    return data.cached(key, find)


def currency_of(data: Backend, definitions: Definitions) -> str:
    """Return the currency of the goal's amounts; empty if none is named, or if there are several."""
    found = currencies_of(data, definitions)
    return found[0] if len(found) == 1 else ""


def why_not_added(data: Backend, definitions: Definitions) -> str:
    """Return why there are no sums of amounts, in sentences; empty if there are."""
    found = currencies_of(data, definitions)
    if len(found) <= 1:
        return ""
    return (
        f"Amounts are in several currencies ({listing(found)}), so they are not added up: values and "
        'values per user are left out. Break down by currency (by="currency") for each.'
    )


def is_mixed(data: Backend, definitions: Definitions, by: str | None) -> bool:
    """Whether amounts would be added up across currencies, if broken down by a column."""
    return by != CURRENCY and len(currencies_of(data, definitions)) > 1


def is_money(metric: Metric) -> bool:
    """Whether a metric adds up the goal's amounts."""
    return isinstance(metric.measure, Sum) and metric.measure.column == "value"
