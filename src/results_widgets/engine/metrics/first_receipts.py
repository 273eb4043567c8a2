"""When each action was received for the first time."""

import narwhals as nw

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.cache import Key
from results_widgets.engine.frames import collect


def first_receipts(data: Backend) -> dict[str, int]:
    """Return when each action was first received, in epoch µs, by its id; those that nobody received are not in it.

    Of any range, variant and user; times of wrong clocks do not count.

    Args:
        data: Data with single events.

    Raises:
        QueryError: The data is a roll-up, which has no single events.
    """
    return dict(data.cached(Key("first receipts"), lambda: _first_receipts(data)))


def _first_receipts(data: Backend) -> dict[str, int]:
    campaign, codes = data.campaign, data.codes
    actions = {
        codes.code(number, campaign.channels[action.channel].received): action.id
        for number, action in enumerate(campaign.actions, 1)
        if action.channel != "exit"
    }
    code, time = nw.col("code"), nw.col("time")
    rows = data.require_users().counted_events(None)
    is_wanted = code.is_in(list(actions)) & (time >= data.clocks.oldest)
    found = collect(rows.filter(is_wanted).group_by("code").agg(first=time.min()))
    firsts = dict(found.select("code", "first").iter_rows())
    return {name: int(firsts[one]) for one, name in actions.items() if one in firsts}
