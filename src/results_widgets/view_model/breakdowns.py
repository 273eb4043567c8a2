"""The ``_parts`` trait: clicks by link, and messages that were suppressed or failed by reason."""

from typing import Final

import polars as pl

from results_widgets.channels import unique_key
from results_widgets.disclosure import SYNCED_USERS
from results_widgets.engine.frames import BY
from results_widgets.glossary import Scope, detail_keys
from results_widgets.locales import Locale
from results_widgets.results import Results
from results_widgets.results.sharing import NAME

_SCOPES: Final[tuple[Scope, ...]] = ("channel", "action")
_MAX_ROWS: Final = 12
_UNIQUE: Final = unique_key("")


def breakdowns_state(results: Results, min_users: int = SYNCED_USERS) -> dict[str, object]:
    """Return the value of ``_parts``: by ``channel:id`` and ``action:id``, a table per column.

    A table has its ``metrics``, at most twelve ``rows`` (name and values by metric, the largest
    first), and the number of rows ``left`` out. A value with fewer than ``min_users`` users is not named; the last
    row, ``12 others``, counts such values.
    """
    state: dict[str, dict[str, object]] = {}
    locale = results._session.locale
    for column, metrics in detail_keys(results.campaign.channels.values()).items():
        if column not in results.breakdowns:
            continue
        shown = results._session.shown_names(column, min_users, may_be_none=True)
        for scope in _SCOPES:
            frame = results._session.parts(scope, column, metrics)
            for owner, table in _tables(_named(frame, column, shown), metrics, locale).items():
                state.setdefault(f"{scope}:{owner}", {})[column] = table
    return {**state}


def _named(frame: pl.DataFrame, column: str, shown: pl.DataFrame) -> pl.DataFrame:
    """Return the values by owner, metric and the name that is shown; null for those too few users have."""
    known = frame.filter(pl.col(column).is_not_null(), pl.col("value") > 0)
    # A column without a value has no type that could be joined.
    named = (
        known.join(shown, left_on=column, right_on=BY, how="left")
        if known.height
        else known.with_columns(pl.lit(None).alias(NAME))
    )
    return named.group_by("owner", "metric", NAME, maintain_order=True).agg(
        # Distinct users of several values cannot be added up.
        pl.when((pl.len() == 1) | ~pl.col("metric").first().str.starts_with(_UNIQUE))
        .then(pl.col("value").sum())
        .alias("value"),
        values=pl.len(),
    )


def _tables(named: pl.DataFrame, metrics: tuple[str, ...], locale: Locale) -> dict[str, object]:
    """Return the table of each channel or action by its id."""
    tables: dict[str, object] = {}
    for (owner,), group in named.partition_by("owner", as_dict=True, maintain_order=True).items():
        names = group.drop_nulls(NAME)
        totals = (
            names.group_by(NAME)
            .agg(pl.col("value").sum())
            .sort("value", NAME, descending=[True, False])
        )
        largest = totals.head(_MAX_ROWS)[NAME].to_list()
        values = {(row["metric"], row[NAME]): row["value"] for row in group.to_dicts()}
        rows: list[tuple[str, str | None]] = [(str(name), name) for name in largest]
        rare = group.filter(pl.col(NAME).is_null()).select(pl.col("values").max()).item()
        if rare:
            rows.append(("1 other" if rare == 1 else f"{locale.exact(rare)} others", None))
        tables[str(owner)] = {
            "metrics": [m for m in metrics if any(metric == m for metric, _ in values)],
            "rows": [
                {"name": text, "values": {m: values.get((m, name)) for m in metrics}}
                for text, name in rows
            ],
            "left": totals.height - len(largest),
        }
    return tables
