"""A campaign's data for some users only: their events, and everything computed from them."""

from collections.abc import Hashable
from functools import singledispatch

from results_widgets.campaign import Campaign
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.backends.lazy import part as lazy
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.backends.memory import part as memory
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.encoding.user_flags import UserFlags
from results_widgets.engine.frames import Rows


@singledispatch
def of_users(
    data: UserBackend,
    campaign: Campaign,
    ids: Rows,
    base: Hashable,
    flags: UserFlags | None = None,
) -> UserBackend:
    """Return data with the events of some users only.

    All events, not only theirs, decide which events the source reports, when its data ends, and which columns it has.

    Args:
        data: The data.
        campaign: The campaign, under the name that it has for these users.
        ids: The users, where the data are: user_id.
        base: What stands for these users; see `Backend`.
        flags: The same users by their numbers in the data, if these are known.
    """
    raise NotImplementedError(type(data))


of_users.register(MemoryBackend, memory.of_users)
of_users.register(LazyBackend, lazy.of_users)
