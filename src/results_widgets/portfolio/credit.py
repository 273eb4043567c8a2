"""Conversions that several campaigns claim, each goal event credited once."""

import polars as pl

from results_widgets.engine.money import is_mixed
from results_widgets.portfolio.claims import Rule, all_claims
from results_widgets.portfolio.members import CAMPAIGN, HasMembers
from results_widgets.results import Results


def credit(self: HasMembers, rule: Rule = "last") -> pl.DataFrame:
    """Return how many conversions each campaign claims, and how many are credited to it.

    A purchase may fall in the windows of several campaigns, and each of them counts it. Here each goal event is
    credited once: to one of the campaigns that claim it, or in equal parts to all of them. `claims` lists them,
        and docs/portfolio.md has a worked example.

    Args:
        rule: ``"last"``: the campaign with the last interaction before the goal event; if none had one,
            that with the last receipt. ``"first"``: the campaign whose entry started first.
            ``"shared"``: all of them in equal parts. On a tie, it is the campaign that comes first in the
            portfolio; `claims` marks it as ``tied``.

    Returns:
        campaign (String): Name of the campaign, in the order of the portfolio.
        claimed (Int64): Goal events that it counts, as the overview's ``conversions``.
        credited (Float64): Goal events credited to it. They add up to the goal events that any campaign
            claims, each counted once.
        value_claimed (Float64): The goal's value summed over what it claims, as the overview's ``goal_value``;
            null if amounts are in several currencies.
        value_credited (Float64): The same summed over what is credited to it, with the values that the campaign
            itself reads.

    Raises:
        QueryError: There is no such rule, or a campaign is a roll-up, which holds no users.

    Examples:
        >>> portfolio.credit().select("campaign", "claimed", "credited")
        shape: (2, 3)
        ┌──────────┬─────────┬──────────┐
        │ campaign ┆ claimed ┆ credited │
        │ ---      ┆ ---     ┆ ---      │
        │ str      ┆ i64     ┆ f64      │
        ╞══════════╪═════════╪══════════╡
        │ spring   ┆ 33      ┆ 33.0     │
        │ autumn   ┆ 27      ┆ 27.0     │
        └──────────┴─────────┴──────────┘
    """
    found = all_claims(self._members, rule)
    names = pl.DataFrame({CAMPAIGN: list(self._members)})
    sums = found.group_by(CAMPAIGN).agg(
        claimed=pl.len().cast(pl.Int64),
        credited=pl.col("credit").sum(),
        value_claimed=pl.col("value").sum(),
        value_credited=(pl.col("value") * pl.col("credit")).sum(),
    )
    mixed = [name for name, one in self._members.items() if _is_mixed(one)]
    told = pl.when(~pl.col(CAMPAIGN).is_in(mixed))
    values = [told.then(pl.col(name).fill_null(0.0)).alias(name) for name in _VALUES]
    filled = pl.col("claimed").fill_null(0), pl.col("credited").fill_null(0.0)
    return names.join(sums, on=CAMPAIGN, how="left", maintain_order="left").with_columns(
        *filled, *values
    )


_VALUES = ("value_claimed", "value_credited")


def _is_mixed(results: Results) -> bool:
    session = results._session
    return is_mixed(session.data, session.query.definitions, None)


def claims(self: HasMembers, rule: Rule = "last") -> pl.DataFrame:
    """Return the goal events that campaigns claim, one row per goal event and campaign, with its credit.

    Args:
        rule: As for `credit`.

    Returns:
        campaign (String): Name of the campaign.
        user_id (the events' own type): Who converted; text if campaigns have ids of several types.
        event (String): Name of the goal event.
        converted_at (Datetime µs UTC): When.
        value (Float64): The goal's value, as this campaign reads it.
        touched_by (String): ``interaction`` or ``receipt``: how the campaign touched the user; null if it did not.
        touched_at (Datetime µs UTC): When that was.
        claims (Int64): How many campaigns claim this goal event.
        credit (Float64): The share of it that is credited to this campaign.
        tied (Boolean): Whether another campaign tied with this one, so that their order decided.

    Raises:
        QueryError: There is no such rule, or a campaign is a roll-up, which holds no users.

    Examples:
        >>> portfolio.claims().filter(pl.col("claims") > 1).height
        0
    """
    found = all_claims(self._members, rule)
    instant = pl.Datetime("us", "UTC")
    return found.sort("user_id", "time", "event", "id", "place").select(
        CAMPAIGN,
        "user_id",
        "event",
        pl.col("time").cast(instant).alias("converted_at"),
        "value",
        "touched_by",
        pl.col("touched_at").cast(instant),
        "claims",
        "credit",
        "tied",
    )
