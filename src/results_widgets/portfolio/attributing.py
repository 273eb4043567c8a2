"""Attribution over several campaigns: each goal event once, divided among the touches of all that claim it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal, get_args

import narwhals as nw
import polars as pl

from results_widgets.attribution.arguments import half_life_of, models_of, window_of
from results_widgets.attribution.frames import attribution_frame
from results_widgets.attribution.models import Model
from results_widgets.attribution.owners import Owners
from results_widgets.attribution.paths import Paths
from results_widgets.attribution.touches import Touches, find_touches
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.money import currencies_of
from results_widgets.errors import QueryError
from results_widgets.portfolio.claims import GOAL_EVENT, named_goals
from results_widgets.portfolio.members import HasMembers, Members, alike_ids, with_users
from results_widgets.results import Results

PortfolioOwner = Literal["campaign", "channel"]
"""What goal events that several campaigns claim are credited to."""


def attribution(
    self: HasMembers,
    models: Model | Iterable[Model] | None = None,
    by: PortfolioOwner = "campaign",
    window: str | timedelta | None = None,
    half_life: str | timedelta = "7d",
) -> pl.DataFrame:
    """Return what the goal events that any campaign claims are credited to under each model.

    A goal event counts once. Its touches are those of every campaign that claims it, in time order; at the same
    instant, campaigns that come first in the portfolio come first.

    Args:
        models: The models, as for `Results.attribution`; None: all. A source's own attribution is ignored here,
            since it is made for each campaign by itself.
        by: What is credited: ``"campaign"`` or ``"channel"``.
        window: How long before the goal event a touch may be, ``"3d"``; None: as long as each entry lasts.
        half_life: The half-life of ``time_decay``.

    Returns:
        model (String): Key of the model.
        owner (String): Name of the campaign or id of the channel; null for goal events without such a touch.
        conversions (Float64): Goal events credited to it; all owners add up to the goal events that any campaign
            claims, as in `credit`.
        value (Float64): Their value, as read by the first campaign that claims each; null if amounts are in
            several currencies.
        share (Float64): Share of all these goal events; null if there are none.

    Raises:
        QueryError: A model, kind of owner or duration is not known, or a campaign is a roll-up, which holds no users.

    Examples:
        >>> portfolio.attribution("linear").select("owner", "conversions")
        shape: (3, 2)
        ┌────────┬─────────────┐
        │ owner  ┆ conversions │
        │ ---    ┆ ---         │
        │ str    ┆ f64         │
        ╞════════╪═════════════╡
        │ spring ┆ 33.0        │
        │ autumn ┆ 27.0        │
        │ null   ┆ 0.0         │
        └────────┴─────────────┘
    """
    wanted, half, lookback = models_of(models), half_life_of(half_life), window_of(window)
    if by not in get_args(PortfolioOwner):
        raise QueryError.unknown("kind of owner (by=)", by, get_args(PortfolioOwner))
    found = _merged(self._members, lookback, unconverted="markov" in wanted)
    frame = attribution_frame(Paths(found, _owners(self._members, by)), wanted, half)
    return frame.with_columns(value=pl.lit(None, pl.Float64)) if _is_mixed(self._members) else frame


def _owners(members: Members, by: PortfolioOwner) -> Owners:
    """Return the owners of all campaigns' actions, which are numbered on from one campaign to the next."""
    pairs = [(name, action) for name, one in members.items() for action in one.campaign.actions]
    ids = [name if by == "campaign" else action.channel for name, action in pairs]
    names = tuple(dict.fromkeys([*members, *ids] if by == "campaign" else ids))
    return Owners(names, tuple(names.index(one) for one in ids))


def _merged(members: Members, window: int | None, *, unconverted: bool) -> Touches:
    """Return the goal events that any campaign claims, each once, with the touches of all that do."""
    conversions, touches, others, actions = [], [], [], 0
    for place, (_, one, data) in enumerate(with_users(members, "attribution")):
        found = find_touches(one._session.scoped(), window, unconverted=unconverted)
        of = pl.lit(place, pl.Int64).alias("campaign")
        number = pl.col("action") + actions
        conversions.append(_named(found, one, data).with_columns(of))
        touches.append(
            found.touches.with_columns(of, number, pl.int_range(pl.len()).alias("order"))
        )
        others.append(found.unconverted.with_columns(of, number))
        actions += len(one.campaign.actions)
    claims = pl.concat(alike_ids(conversions)).sort(*GOAL_EVENT, "campaign")
    goal = (pl.struct(GOAL_EVENT).rle_id().cast(pl.Int64)).alias("goal")
    claims = claims.with_columns(goal)
    merged = pl.concat(touches).join(claims, on=["campaign", "conversion"], how="inner")
    merged = merged.sort("goal", -pl.col("age"), "campaign", "order")
    path = pl.struct("campaign", "path").rle_id().cast(pl.Int64).alias("path")
    return Touches(
        claims.unique("goal", keep="first", maintain_order=True).select(
            "value", pl.lit(None, pl.Int64).alias("given"), conversion="goal"
        ),
        merged.select("action", "age", "interacted", "clicked", conversion="goal"),
        pl.concat(others).select(path, "action"),
    )


def _named(found: Touches, results: Results, data: UserBackend) -> pl.DataFrame:
    """Return a campaign's conversions with what tells their goal events apart."""
    session = results._session
    own = found.conversions.select("user", "row", "conversion", "value")
    rows = data.collect_with_ids(nw.from_native(own.lazy()))
    who = session.scoped().listed_conversions.select("user").unique()
    goals = named_goals(data, session.query, who)
    joined = rows.join(goals, on=["user_id", "row"], how="left")
    return joined.select(*GOAL_EVENT, "conversion", "value")


def _is_mixed(members: Members) -> bool:
    sessions = [one._session for one in members.values()]
    found = {name for s in sessions for name in currencies_of(s.data, s.query.definitions)}
    return len(found) > 1
