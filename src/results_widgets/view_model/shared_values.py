"""Breakdowns without values that too few users have, and under names that identify no user."""

import polars as pl

from results_widgets.engine.frames import BY
from results_widgets.glossary import Count, Metric, Sum
from results_widgets.results import Results
from results_widgets.results.breakdown import named_by
from results_widgets.results.sharing import NAME


def shared_groups(
    results: Results, frame: pl.DataFrame, metric: Metric, by: str | None, least: int
) -> pl.DataFrame:
    """Return the groups of a series that may be shown, under the names that they have on screen.

    Args:
        results: The results that the series comes from.
        frame: What `over_time.explored` returns.
        metric: What is counted.
        by: The column of the groups; None: the series has none, and is returned as it is.
        least: Fewest users of a group that is shown.

    Raises:
        QueryError: No group has so many users.
    """
    named = named_by(frame, by)
    if by is None:
        return named
    shared = only_shared(results, named, metric, by, least)
    labels = {variant.id: variant.label for variant in results.campaign.variants}
    if by != "variant" or not labels:
        return shared
    return shared.with_columns(pl.col(by).cast(pl.String).replace(labels))


def only_shared(
    results: Results, frame: pl.DataFrame, metric: Metric, by: str, least: int
) -> pl.DataFrame:
    """Return a series per group with only the groups that may be shown; rows without a group stay.

    Values shortened to the same name are added up if they are counts of rows or sums. Other numbers of several
    values cannot be combined, so such a name is left out.

    Args:
        results: The results that the series comes from.
        frame: What `Results.explore` returns.
        metric: What is counted.
        by: The column of the groups.
        least: Fewest users of a group that is shown.

    Raises:
        QueryError: No group has so many users.
    """
    names = results._session.shown_names(by, least)
    if names[BY].equals(names[NAME]):
        return frame.filter(pl.col(by).is_null() | pl.col(by).is_in(names[BY].implode()))
    named = frame.join(names, left_on=by, right_on=BY, how="left", maintain_order="left").filter(
        pl.col(by).is_null() | pl.col(NAME).is_not_null()
    )
    own = named.select(pl.exclude(by, NAME), pl.col(NAME).alias(by)).select(frame.columns)
    keys = ["time", by]
    numbers = [name for name in frame.columns if name not in (*keys, "previous_time")]
    if not isinstance(metric.measure, Count | Sum):
        return own.filter(~pl.struct(keys).is_duplicated())
    sums = [pl.col(name).sum() for name in numbers]
    sums += [pl.col(name).first() for name in frame.columns if name == "previous_time"]
    return own.group_by(keys, maintain_order=True).agg(sums).select(frame.columns)


def left_out(results: Results, by: str, least: int) -> str:
    """Return in words how many values of a column may not be shown; empty if all may."""
    count = results._session.hidden_names(by, least)
    if not count:
        return ""
    users = "one user" if least <= 2 else f"fewer than {least} users"  # noqa: PLR2004 - fewer than two
    number = results._session.locale.exact(count)
    return f"{number} {'other' if count == 1 else 'others'} of {users}{'' if count == 1 else ' each'} left out"
