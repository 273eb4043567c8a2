"""Which lines of a page a roll-up tells."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from results_widgets.glossary import Scope
from results_widgets.results import Results


class Line(Protocol):
    """A metric of an owner over time."""

    @property
    def scope(self) -> Scope:
        """Of what."""

    @property
    def owner(self) -> str:
        """Its id, empty for the campaign."""

    @property
    def metric(self) -> str:
        """Key of the glossary."""


T = TypeVar("T", bound=Line)


def told(view: Results, every: str, lines: Iterable[T]) -> Iterator[T]:
    """Yield lines but those of users that a roll-up does not tell by this interval."""
    if not view._session.missing_users(every=every):
        yield from lines
        return
    for line in lines:
        action, channel = (
            line.owner if line.scope == name else None for name in ("action", "channel")
        )
        if not view._session.missing_users(
            view._session.describe(line.metric, action, channel), every
        ):
            yield line
