"""When users' callbacks run: after a change has reached every widget that shows it.

Traitlets calls observers in the order in which they registered, each as soon as one trait is set. A
callback could then read the users of the click before, or a selection of which only half is set. Here a
change first reaches the widgets, then the callbacks: regardless of who registered first and how many traits it sets.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

import traitlets
from traitlets.traitlets import EventHandler
from traitlets.utils.bunch import Bunch
from traitlets.utils.sentinel import Sentinel

Handler = Callable[[Any], object]
Names = Sentinel | str | Collection[Sentinel | str]

_ROUNDS: Final = 10
"""How often followers may change a selection in turn; the limit ends a loop of two that never agree."""
_DEEPEST: Final = 20
"""How often callbacks may react to a change with another; the limit ends a loop of two that never agree."""


class Follower(Protocol):
    """What shows a selection: a widget."""

    def agree(self) -> None:
        """Resolve selections that do not go together, before they are shown."""

    def follow(self) -> None:
        """Show what is selected now."""


class Callbacks:
    """Callbacks that wait until every follower shows the change. Linked widgets share one of these."""

    def __init__(self) -> None:
        self._followers: list[Follower] = []
        self._waiting: list[tuple[Observer, Bunch, int]] = []
        # Depth of the running callback: 1 for a change from outside, 2 for a change made by such a callback, and
        # so on.
        self._depth = 0
        self._held = 0
        self._is_changed = False
        self._is_showing = False
        self._is_calling = False
        self._errors: list[Exception] = []

    def link(self, follower: Follower) -> None:
        """Let a follower know of changes, until `unlink`."""
        self._followers.append(follower)

    def unlink(self, follower: Follower) -> None:
        """End what `link` began; nothing happens if it has ended."""
        self._followers = [one for one in self._followers if one is not follower]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Take what changes inside as one change: followers show it at the end, then callbacks run.

        Raises:
            Exception: What a follower or a callback raised, once all have run; several as a group.
        """
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            if self._held == 0:
                self._settle()

    def changed(self) -> None:
        """Have the followers show what is selected, at the end of what is held."""
        self._is_changed = True

    def show(self) -> None:
        """Have the followers show what is selected now; callbacks wait for the end of what is held."""
        if self._is_showing or not self._is_changed:
            return
        self._is_showing = True
        try:
            for _ in range(_ROUNDS):
                if not self._is_changed:
                    break
                self._is_changed = False
                self._try(follower.agree for follower in self._followers)
            self._try(follower.follow for follower in self._followers)
        finally:
            self._is_showing = self._is_changed = False

    def add(self, observer: "Observer", change: Bunch) -> None:
        """Have an observer called later.

        Of several changes of a trait it hears one, from the first old to the last new value.
        """
        for place, (other, before, depth) in enumerate(self._waiting):
            if other == observer and _is_same_trait(before, change):
                if before.old == change.new:
                    del self._waiting[place]
                else:
                    self._waiting[place] = (observer, Bunch({**change, "old": before.old}), depth)
                return
        self._waiting.append((observer, change, self._depth + 1))

    def _settle(self) -> None:
        self.show()
        # A callback that changes something comes here again. Followers show that at once; its callbacks
        # take their turn, so that everybody hears of changes in the order in which they were made.
        if self._is_calling or self._is_showing:
            return
        self._is_calling = True
        try:
            while self._waiting:
                observer, change, self._depth = self._waiting.pop(0)
                if self._depth > _DEEPEST:
                    self._waiting.clear()
                    raise RecursionError(
                        "callbacks keep changing each other's selection without end"
                    )
                self._try([partial(observer.handler, change)])
        finally:
            self._is_calling, self._depth = False, 0
        errors, self._errors = self._errors, []
        if errors:
            raise errors[0] if len(errors) == 1 else ExceptionGroup("several failed", errors)

    def _try(self, calls: Iterable[Callable[[], object]]) -> None:
        """Make every call, whatever the others raise."""
        for call in list(calls):
            try:
                call()
            except Exception as error:  # noqa: BLE001 - raised again when all have been called
                self._errors.append(error)


def _is_same_trait(before: Bunch, change: Bunch) -> bool:
    return (
        before.type == change.type == "change"
        and before.owner is change.owner
        and before.name == change.name
    )


@dataclass(frozen=True)
class Observer:
    """What traitlets calls in a handler's place: it has the handler called later."""

    handler: Handler

    def __call__(self, change: Bunch) -> None:
        """Take the handler's turn."""
        change.owner._callbacks.add(self, change)


class CallsBackLater(traitlets.HasTraits):
    """Traits whose observers run when every follower shows the change, see `Callbacks`."""

    _own_callbacks: Callbacks | None = None

    @property
    def _callbacks(self) -> Callbacks:
        if self._own_callbacks is None:
            self._own_callbacks = Callbacks()
        return self._own_callbacks

    def observe(
        self,
        handler: Handler,
        names: Names = traitlets.All,
        type: Sentinel | str = "change",  # noqa: A002 - traitlets' name for it
    ) -> None:
        """Call a handler after a change, when everything that shows it has changed.

        Args:
            handler: Called with the change, a dict with ``name``, ``old``, ``new`` and ``owner``.
            names: The traits to observe.
            type: The kind of notification.

        Examples:
            >>> selection = rw.Selection()
            >>> selection.observe(lambda change: print(change["new"]), "metric")
            >>> selection.metric = "conversions"
            conversions
        """
        super().observe(self._observer(handler), names, type)

    def unobserve(
        self,
        handler: Handler,
        names: Names = traitlets.All,
        type: Sentinel | str = "change",  # noqa: A002 - traitlets' name for it
    ) -> None:
        """End what `observe` began.

        Args:
            handler: As given to `observe`.
            names: The traits.
            type: The kind of notification.

        Examples:
            >>> selection = rw.Selection()
            >>> selection.observe(print, "metric")
            >>> selection.unobserve(print, "metric")
            >>> selection.metric = "conversions"
        """
        super().unobserve(self._observer(handler), names, type)

    def _observer(self, handler: Handler) -> Handler:
        if isinstance(handler, EventHandler):  # a method of a subclass under @observe
            return Observer(handler.__get__(self))
        return Observer(handler)

    def notify_change(self, change: Bunch) -> None:
        """Have the observers of a trait called, see `Callbacks`."""
        with self._callbacks.held():
            super().notify_change(change)

    @contextmanager
    def hold_trait_notifications(self) -> Iterator[None]:
        """Take what is set inside as one change."""
        with self._callbacks.held(), super().hold_trait_notifications():
            yield
