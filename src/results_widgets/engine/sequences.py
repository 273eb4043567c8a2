"""Who did one thing and then another."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import polars as pl

from results_widgets.engine.facts import Facts, Rows
from results_widgets.engine.memory import in_memory
from results_widgets.errors import QueryError

Step = str | tuple[str, str]
"""An event of an action as (action id, event), or a goal's event by its name."""


def users_in_sequence(facts: Facts, steps: Sequence[Step], within: int | None) -> Rows:
    """Return the users (``user``) whose events hold the steps in order.

    A step may share its instant with the one before it, since many sources count in seconds; one
    that repeats an earlier step comes later, so that no event is two steps.

    Args:
        facts: The rows in range.
        steps: At least two.
        within: Most microseconds from the first step to the last; None: any time.

    Raises:
        QueryError: There are fewer than two steps, or a step is not known.
    """
    if len(steps) < 2:  # noqa: PLR2004 - one step has no order
        raise QueryError(
            "a sequence needs two steps or more; for one take results.users_in_action(action, event)"
        )
    in_memory(facts.data, "sequence()")
    codes = [step_codes(facts, step) for step in steps]
    events: Any = facts.events.select("user", "time", "code").to_native()
    chain = _at(events, codes[0]).with_columns(start="time")
    for place, own in enumerate(codes[1:], 1):
        done = {code for before in codes[:place] for code in before}
        # The nearest step before has the latest start of all, so it is the only one to look at.
        chain = _at(events, own).join_asof(
            chain,
            on="time",
            by="user",
            strategy="backward",
            allow_exact_matches=not done & set(own),
            check_sortedness=False,
        )
        chain = chain.filter(pl.col("start").is_not_null())
        if within is not None:
            chain = chain.filter(pl.col("time") - pl.col("start") <= within)
        chain = chain.sort("time")
    return nw.from_native(chain.select("user").unique())


def _at(events: pl.LazyFrame, codes: tuple[int, ...]) -> pl.LazyFrame:
    return events.filter(pl.col("code").is_in(list(codes))).select("user", "time").sort("time")


def step_codes(facts: Facts, step: Step) -> tuple[int, ...]:
    """Return the codes that a step means.

    Raises:
        QueryError: The action, or its event, or the goal is not known; the known ones are named.
    """
    campaign, book = facts.data.campaign, facts.data.codes
    if isinstance(step, str):
        own = [*campaign.goal.events, "converted", "exited", "entered"]
        if step not in own:
            raise QueryError.unknown("event of the campaign (or pass (action, event))", step, own)
        return book.named(step)
    action, event = step
    if action not in campaign.action_by_id:
        raise QueryError.unknown("action", action, campaign.action_by_id)
    channel = campaign.channels[campaign.action_by_id[action].channel]
    known = {
        name: codes
        for (owner, name), codes in book.sets(facts.lens.definitions).items()
        if owner == action
    }
    event = channel.received if event == "received" else event
    if event not in known:
        raise QueryError.unknown(f"event of action {action!r} ({channel.id})", event, known)
    return known[event]
