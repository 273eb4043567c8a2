"""What segments need of the campaign that their users came from, as protocols."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.query import QueryScope
from results_widgets.segments.rules import Leaf, Rule

S_co = TypeVar("S_co", covariant=True)


class SegmentSource(Protocol[S_co]):
    """The campaign that users came from: what segments ask of it, and what a rule asks."""

    @property
    def data(self) -> UserBackend:
        """The campaign, its events and users."""

    @property
    def query(self) -> QueryScope:
        """Definitions, zone, range and developers."""

    def everyone(self) -> S_co:
        """Return the users with an entry in the range."""

    def find(self, leaf: Leaf) -> S_co:
        """Return what a leaf of a rule asks for."""

    def evaluate(self, rule: Rule, others: "Sequence[SegmentSource[Any]]") -> S_co:
        """Return the users whom a rule finds in this campaign and others."""


class HasSegmentSource(Protocol):
    """The session of results, as segments need it."""

    @property
    def segment_source(self) -> SegmentSource[Any]:
        """The campaign's users under the query scope of the results."""


class HasSession(Protocol):
    """Results, as segments need them."""

    @property
    def _session(self) -> HasSegmentSource: ...
