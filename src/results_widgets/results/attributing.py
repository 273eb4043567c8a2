"""Attribution: what conversions are credited to under each model, and the paths to them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

import polars as pl

from results_widgets.attribution.arguments import half_life_of, models_of, window_of
from results_widgets.attribution.frames import attribution_frame, paths_frame
from results_widgets.attribution.models import Model
from results_widgets.attribution.owners import OwnerKind, Owners
from results_widgets.attribution.paths import Paths
from results_widgets.attribution.touches import find_touches
from results_widgets.definitions import Attribution, as_definitions, credited_by
from results_widgets.engine.money import is_mixed
from results_widgets.results.needing_users import users_of
from results_widgets.results.session import HasSession, ResultsT, Session

Interacted = Mapping[str, str | Iterable[str]]
"""Events that count as an interaction, by channel."""

_TOUCHES = "what each user received and did before converting"


def attribution(
    self: HasSession,
    models: Model | Iterable[Model] | None = None,
    by: OwnerKind = "action",
    window: str | timedelta | None = None,
    half_life: str | timedelta = "7d",
) -> pl.DataFrame:
    """Return what the conversions are credited to under each model.

    A touch is a receipt of an action or an interaction with it, within the conversion's entry and not after the
    conversion: a message received, opened and clicked is three touches. The models are:

    - ``last_interaction``: the last action interacted with, else the last received, as in `conversions` and on the
    cards of the flow. Only this model keeps a source's own attribution.
    - ``last_touch``, ``first_touch``: the last, or first, touch of all.
    - ``linear``: all touches in equal parts.
    - ``time_decay``: a touch weighs half as much as one that is ``half_life`` younger.
    - ``position``: 40 % to the first touch, 40 % to the last, 20 % in equal parts to those between; a single touch
    gets everything, two get half each.
    - ``last_click``: the last click. Where a channel reports no clicks, every interaction counts as one, such as
    the open of a push message.
    - ``markov``: by removal effect: how many fewer conversions a Markov chain of order 1 has without the owner,
    fitted to the paths of converted and unconverted entries (Anderl, Becker, von Wangenheim and
      Schumann, 2016). Values are divided as conversions are.
    - ``shapley``: the Shapley value, where a coalition of owners is worth the conversions with no touch outside it
    (Zhao, Mahboobi and Bagheri, 2018): equal parts for all owners touched, however often.
      Exact for any number of owners.

    docs/attribution.md works each model out by hand. None of them shows what the messages caused; `experiment` does.

    Args:
        models: One or more of the keys above; None: all.
        by: What is credited: ``"action"``, ``"channel"`` or ``"campaign"``.
        window: How long before the conversion a touch may be, ``"3d"``; None: as long as the entry lasts.
            Which conversions count does not depend on it.
        half_life: The half-life of ``time_decay``.

    Returns:
        model (String): Key of the model, in the order asked for.
        owner (String): Id of the action, channel or campaign, in the campaign's order, under every model; null
            comes last: conversions without such a touch, and those of held-back entries if these count.
        conversions (Float64): Conversions credited to it; all owners add up to the conversions of the overview.
        value (Float64): Their value; null if amounts are in several currencies.
        share (Float64): Share of all conversions; null if there are none.

    Raises:
        QueryError: A model, kind of owner or duration is not known, or the results come from a roll-up.

    Examples:
        >>> found = results.attribution(["last_interaction", "markov"], by="channel")
        >>> found.filter(owner="push").select("model", "owner", "conversions", "share")
        shape: (2, 4)
        ┌──────────────────┬───────┬─────────────┬──────────┐
        │ model            ┆ owner ┆ conversions ┆ share    │
        │ ---              ┆ ---   ┆ ---         ┆ ---      │
        │ str              ┆ str   ┆ f64         ┆ f64      │
        ╞══════════════════╪═══════╪═════════════╪══════════╡
        │ last_interaction ┆ push  ┆ 3.0         ┆ 0.090909 │
        │ markov           ┆ push  ┆ 5.498449    ┆ 0.16662  │
        └──────────────────┴───────┴─────────────┴──────────┘
    """
    session, wanted = self._session, models_of(models)
    users_of(session, _TOUCHES)
    half = half_life_of(half_life)
    lookback = window_of(window)
    found = session.cached(
        "attribution",
        *(wanted, by, lookback, half),
        compute=lambda: attribution_frame(
            _paths(session, by, lookback, unconverted="markov" in wanted), wanted, half
        ),
    )
    return _without_mixed(found, session)


def paths(
    self: HasSession,
    by: OwnerKind = "action",
    window: str | timedelta | None = None,
    repeats: bool = False,  # noqa: FBT001, FBT002 - fixed public signature
) -> pl.DataFrame:
    """Return the sequences of touches that lead to conversions, and how often each does.

    Args:
        by: What a path consists of, as for `attribution`.
        window: How long before the conversion a touch may lie, as for `attribution`.
        repeats: Whether a path names the owner once per touch; else consecutive touches of one owner, such as a
            message received, opened and clicked, appear once.

    Returns:
        path (List(String)): Ids of the actions, channels or campaign, first touch first; empty for
            conversions without a touch.
        conversions (Int64): Conversions with this path; all paths add up to the conversions of the overview.
        value (Float64): Their value; null if amounts are in several currencies.
        share (Float64): Share of all conversions.

    Raises:
        QueryError: A kind of owner or duration is not known, or the results come from a roll-up.

    Examples:
        >>> results.paths(by="channel").head(3)
        shape: (3, 4)
        ┌──────────────────────────┬─────────────┬────────┬──────────┐
        │ path                     ┆ conversions ┆ value  ┆ share    │
        │ ---                      ┆ ---         ┆ ---    ┆ ---      │
        │ list[str]                ┆ i64         ┆ f64    ┆ f64      │
        ╞══════════════════════════╪═════════════╪════════╪══════════╡
        │ ["email"]                ┆ 10          ┆ 325.34 ┆ 0.30303  │
        │ ["email", "push", "sms"] ┆ 7           ┆ 313.3  ┆ 0.212121 │
        │ ["email", "in_app"]      ┆ 4           ┆ 146.82 ┆ 0.121212 │
        └──────────────────────────┴─────────────┴────────┴──────────┘
    """
    session = self._session
    users_of(session, _TOUCHES)
    lookback = window_of(window)

    def compute() -> pl.DataFrame:
        return paths_frame(_paths(session, by, lookback, unconverted=False), repeats=repeats)

    found = session.cached("paths", by, lookback, repeats, compute=compute)
    return _without_mixed(found, session)


def with_attribution(
    self: ResultsT,
    model: Attribution,
    window: str | timedelta | None = None,
    interacted: Interacted | None = None,
) -> ResultsT:
    """Return the results with every conversion credited by another model.

    Cards, flow, channels, time series, the users behind an action's conversions, reports and widgets all use the
    model and name it. The campaign's total conversions do not change, and `attribution` returns the same numbers
    for that model.

    Only models that credit a whole conversion to one action are allowed, since there are users behind each number
    on a card; models that divide conversions are available in `attribution` only.

    Args:
        model: ``"last_interaction"`` (else the last received; only this model keeps a source's own attribution),
            ``"last_touch"``, ``"first_touch"`` or ``"last_click"``, as for `attribution`.
        window: How long before the conversion a touch may be, ``"3d"``; None: as long as the entry lasts.
            Which conversions count does not depend on it.
        interacted: Events that count as an interaction, by channel, ``{"email": "clicked"}``; also used for
            "engaged". Channels not listed keep those of the definition set.

    Returns:
        New results that share the data, under a definition set with a name of its own: ``default, first touch``.

    Raises:
        QueryError: The model is not known or divides conversions, the window is not a duration, or a channel or
            event is not known.

    Examples:
        >>> first = results.with_attribution("first_touch")
        >>> first.actions().filter(metric="conversions_attributed").select("action_id", "value").head(2)
        shape: (2, 2)
        ┌─────────────┬───────┐
        │ action_id   ┆ value │
        │ ---         ┆ ---   │
        │ str         ┆ f64   │
        ╞═════════════╪═══════╡
        │ we-miss-you ┆ 33.0  │
        │ reminder    ┆ 0.0   │
        └─────────────┴───────┘
    """
    session = self._session
    changed = credited_by(session.query.definitions, model, window, interacted or {})
    found = as_definitions(changed, session.campaign.known_channels)
    return self._with(session.with_query(replace(session.query, definitions=found)))


def _paths(session: Session, by: OwnerKind, lookback: int | None, *, unconverted: bool) -> Paths:
    owners = Owners.of(session.campaign, by)
    return Paths(find_touches(session.scoped(), lookback, unconverted=unconverted), owners)


def _without_mixed(found: pl.DataFrame, session: Session) -> pl.DataFrame:
    """Return a frame without sums of amounts in several currencies."""
    mixed = is_mixed(session.data, session.query.definitions, None)
    return found.with_columns(value=pl.lit(None, pl.Float64)) if mixed else found
