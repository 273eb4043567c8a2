"""The data of some users, from those of everybody."""

from dataclasses import replace

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.cache import Key
from results_widgets.engine.of_users import of_users
from results_widgets.segments import Segment


def data_of_users(data: Backend, base: Segment | None) -> Backend:
    """Return the data of a segment's users alone, under a name that says so; None: of everybody.

    What is made of such data, as of how they stood earlier, is of these users already.
    """
    if base is None or data.base is base:
        return data
    users = data.require_users()
    name = f"{data.campaign.label}, users in “{base.name}”"

    def find() -> Backend:
        ids, flags = base._users.ids_beside(users), base._users.flags_in(users)
        return of_users(users, replace(data.campaign, name=name), ids, base, flags)

    return data.cache.get(Key[Backend]("of users", (base,), evictable=True), find)
