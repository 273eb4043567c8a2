"""How conversions build up with age: the share of each week's entries that had converted by each age, as a table."""

from typing import Final

import polars as pl

from results_widgets.experiments.phrases import Phrases
from results_widgets.keys import Every
from results_widgets.results import Results
from results_widgets.results.formatting import FEW
from results_widgets.view_model.serialization import State

_AGES: Final = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 365)
_EVERY_DAY: Final = 8
"""Windows of up to this many days have a column per day."""
_MOST_AGES: Final = 10
_MOST_WEEKS: Final = 26
"""With more weeks, the table is by months."""
_DIGITS: Final = 4


def ripening_state(results: Results, scope: str = "results") -> State | None:
    """Return the rows of the table; None where no entry has converted, or conversions are not known.

    ``unit`` is the length of a row (``week``, in long campaigns ``month``), ``ages`` the heads of the columns. Each of
    ``rows`` has ``start``, ``entries``, ``few`` (whether they are too few to say much) and ``rates``: the share
    and its text for
    each age that all of its entries have reached. ``note`` says why there are no rows. ``code`` gives the same
    table, and what the open entries may still bring.

    Args:
        results: As selected.
        scope: The Python expression that gives them.
    """
    if results.is_rolled_up:
        return None
    every: Every = "1w"
    found = results.cohorts(every)
    if found["start"].n_unique() > _MOST_WEEKS:
        every = "1mo"
        found = results.cohorts(every)
    if not (found["converted_rate"] > 0).any():
        return None
    ages = ages_shown(int(found["age_days"].max()))  # type: ignore[arg-type]  # it has rows
    phrases = Phrases(results._session.locale)
    shown = found.filter(pl.col("age_days").is_in(ages))
    weeks = shown.partition_by("start", maintain_order=True)
    return {
        "unit": "week" if every == "1w" else "month",
        "ages": [phrases.locale.counted(age, phrases.locale.days) for age in ages],
        "rows": [_row(week, every, phrases) for week in weeks],
        "note": "",
        "code": [f'{scope}.cohorts(every="{every}")', f"{scope}.maturity()"],
    }


def ages_shown(oldest: int) -> list[int]:
    """Return the ages in days that have a column: close together at first, since most convert early."""
    if oldest <= _EVERY_DAY:
        return list(range(1, oldest + 1))
    ages = [*(age for age in _AGES if age < oldest), oldest]
    steps = min(len(ages), _MOST_AGES) - 1
    return [ages[round(step * (len(ages) - 1) / steps)] for step in range(steps + 1)]


def _row(week: pl.DataFrame, every: Every, phrases: Phrases) -> State:
    start, entries = week.row(0)[:2]
    locale = phrases.locale
    # Once the youngest entry has not reached an age, later ages are not reached either.
    known = week["converted_rate"].drop_nulls().to_list()
    return {
        "start": locale.week_text(start) if every == "1w" else locale.month_text(start),
        "entries": locale.exact(entries),
        "few": entries < FEW,
        "rates": [[round(rate, _DIGITS), phrases.share(rate)] for rate in known],
    }
