"""Users who did several things in order."""

from collections.abc import Sequence

import narwhals as nw

from results_widgets.engine.frames import Rows
from results_widgets.engine.journeys.windows import Partitioned
from results_widgets.engine.scoped import ScopedRows
from results_widgets.errors import QueryError

Step = str | tuple[str, str]
"""An event of an action as (action id, event), or a goal's event by its name."""


def users_in_sequence(scoped: ScopedRows, steps: Sequence[Step], within: int | None) -> Rows:
    """Return the users (``user``) whose events hold the steps in order.

    A step may share its instant with the one before it, since many sources count in seconds; one
    that repeats an earlier step comes later, so that no event is two steps.

    Args:
        scoped: The rows in range.
        steps: At least two.
        within: Most microseconds from the first step to the last; None: any time.

    Raises:
        QueryError: There are fewer than two steps, or a step is not known.
    """
    if len(steps) < 2:  # noqa: PLR2004 - one step has no order
        raise QueryError(
            "a sequence needs two steps or more; for one take results.users_in_action(action, event)"
        )
    codes = [step_codes(scoped, step) for step in steps]
    chain = _at(scoped, codes[0]).with_columns(start=nw.col("time"))
    for place, own in enumerate(codes[1:], 1):
        done = {code for before in codes[:place] for code in before}
        chain = _followed(chain, _at(scoped, own), alike=bool(done & set(own)))
        if within is not None:
            chain = chain.filter(nw.col("time") - nw.col("start") <= within)
    return chain.select("user").unique()


def _at(scoped: ScopedRows, codes: tuple[int, ...]) -> Rows:
    return scoped.events.filter(nw.col("code").is_in(list(codes))).select("user", "time")


def _followed(chain: Rows, rows: Rows, *, alike: bool) -> Rows:
    """Return the rows that follow a row of the chain, with the latest ``start`` among those rows.

    The nearest row before has the latest start of all, so it is the only one to look at; rows that
    are alike must not follow one of their own instant, which may be they themselves.
    """
    before, after = (1, 0) if alike else (0, 1)
    both = nw.concat(
        [
            chain.with_columns(_place=nw.lit(before)),
            rows.with_columns(start=nw.lit(None).cast(nw.Int64), _place=nw.lit(after)),
        ]
    )
    latest = Partitioned(["user"], ["time", "_place", "start"]).latest(nw.col("start"))
    found = both.with_columns(start=latest)
    found = found.filter(nw.col("_place") == after, ~nw.col("start").is_null())
    return found.select("user", "time", "start")


def step_codes(scoped: ScopedRows, step: Step) -> tuple[int, ...]:
    """Return the codes that a step means.

    Raises:
        QueryError: The action, or its event, or the goal is not known; the known ones are named.
    """
    campaign, codes = scoped.data.campaign, scoped.data.codes
    if isinstance(step, str):
        events = [*campaign.goal.events, "converted", "exited", "entered"]
        if step not in events:
            raise QueryError.unknown(
                "event of the campaign (or pass (action, event))", step, events
            )
        return codes.named(step)
    action, event = step
    if action not in campaign.action_by_id:
        raise QueryError.unknown("action", action, campaign.action_by_id)
    channel = campaign.channels[campaign.action_by_id[action].channel]
    known = {
        name: own
        for (owner, name), own in codes.sets(scoped.query.definitions).items()
        if owner == action
    }
    event = channel.received if event == "received" else event
    if event not in known:
        raise QueryError.unknown(f"event of action {action!r} ({channel.id})", event, known)
    return known[event]
