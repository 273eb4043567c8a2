"""How many users must share a value of the data before it may leave the kernel.

What is synced with a browser is saved into notebooks, and what is written is passed on. A value that
fewer users have may tell one of them from the others, whatever column it is of.
"""

import os
from typing import Final

SYNCED_USERS: Final = 2
"""Fewest users of a value that is synced with a browser, or printed by a command."""
SHARED_USERS: Final = 5
"""Fewest users of a value in a file, unless its writer sets another number."""

HIDE_USERS: Final = "RESULTS_WIDGETS_NO_USERS"
"""Names the variable that, set to ``1``, keeps widgets from answering what is asked of users."""
NO_USERS: Final = "this report shows numbers and no users"


def users_are_shown() -> bool:
    """Whether widgets of this process answer what is asked of users: who they are, and which there are."""
    return os.environ.get(HIDE_USERS) != "1"
