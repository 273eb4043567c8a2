"""What a layer needs from a layer above it and cannot import: the package passes it in when it is imported."""

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")


class HandedIn(Generic[T]):
    """A slot for something from a layer above."""

    def __init__(self) -> None:
        self._given: T | None = None

    def hand_in(self, given: T) -> None:
        """Put it there."""
        self._given = given

    def get(self) -> T:
        """Return it."""
        assert self._given is not None, "import results_widgets, not a part of it"
        return self._given


FOREST: Final = HandedIn[Callable[[], Any]]()
"""Loads the module that draws forest plots, when the first one is drawn."""
WATERFALL: Final = HandedIn[Callable[[], Any]]()
"""Likewise of waterfalls; `Reconciliation` has one."""
TORNADO: Final = HandedIn[Callable[[], Any]]()
"""Likewise of tornado charts; `Sensitivity` has one."""
