"""The currencies of the goal's amounts. Amounts in several are never added up."""

import re
from collections.abc import Mapping
from typing import Final

import narwhals as nw

from results_widgets.definitions import Definitions
from results_widgets.disclosure import SYNCED_USERS
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.breakdown import By, by_keys
from results_widgets.engine.cache import Key
from results_widgets.engine.frames import BY, collect
from results_widgets.errors import listing
from results_widgets.glossary import Metric, Sum
from results_widgets.tables.events import CURRENCY

UNNAMED: Final = "none"
"""In place of a currency: amounts whose row has none, where others have one."""

UNTOLD: Final = "(other)"
"""In place of currencies that are not shown because too few users have them."""
_CODE: Final = re.compile("[A-Z]{3}")
"""The form of ISO 4217 codes, which are public names and identify nobody."""

Currencies = tuple[str, ...]


def currencies_of(data: Backend, definitions: Definitions) -> Currencies:
    """Return the currencies of the conversions that have an amount, sorted; none where the events name none."""
    if data.currencies is not None:
        return data.currencies
    found = _users_by_currency(data, definitions)
    named = sorted(one for one in found if one is not None)
    return (*named, UNNAMED) if named and None in found else tuple(named)


def told_currencies(data: Backend, definitions: Definitions, least: int) -> Currencies:
    """Return the currencies that may leave the kernel; `UNTOLD` replaces those that too few users have.

    Args:
        data: The events; a roll-up's currencies were made such when it was.
        definitions: Which conversions there are.
        least: Fewest users of a currency for it to be shown, unless it has the form of an ISO 4217 code.
    """
    every = currencies_of(data, definitions)
    if data.currencies is not None:
        return every
    users = _users_by_currency(data, definitions)
    told = [one for one in every if one == UNNAMED or _CODE.fullmatch(one) or users[one] >= least]
    return tuple(told) if len(told) == len(every) else (*told, UNTOLD)


def _users_by_currency(data: Backend, definitions: Definitions) -> Mapping[str | None, int]:
    users = data.require_users()
    if not users.columns.has(CURRENCY):
        return {}
    key = Key[Mapping[str | None, int]]("currencies", (data.codes.interacted(definitions),))

    def find() -> Mapping[str | None, int]:
        paid = users.conversions(definitions, CURRENCY).filter(~nw.col("value").is_null())
        found = paid.group_by(BY).agg(nw.col("user").n_unique().alias("users"))
        return {name: int(size) for name, size in collect(found).select(BY, "users").iter_rows()}

    return data.cached(key, find)


def currency_of(data: Backend, definitions: Definitions, least: int = SYNCED_USERS) -> str:
    """Return the currency of the goal's amounts; empty if none may be shown, or if there are several."""
    found = told_currencies(data, definitions, least)
    return found[0] if len(found) == 1 and found[0] != UNTOLD else ""


def why_not_added(data: Backend, definitions: Definitions, least: int = SYNCED_USERS) -> str:
    """Return why there are no sums of amounts, in sentences; empty if there are."""
    if len(currencies_of(data, definitions)) <= 1:
        return ""
    found = told_currencies(data, definitions, least)
    return (
        f"Amounts are in several currencies ({listing(found)}), so they are not added up: values and "
        'values per user are left out. Break down by currency (by="currency") for each.'
    )


def is_mixed(data: Backend, definitions: Definitions, by: By | None) -> bool:
    """Whether amounts would be added up across currencies, if broken down by some columns."""
    return CURRENCY not in by_keys(by) and len(currencies_of(data, definitions)) > 1


def is_money(metric: Metric) -> bool:
    """Whether a metric adds up the goal's amounts."""
    return isinstance(metric.measure, Sum) and metric.measure.column == "value"
