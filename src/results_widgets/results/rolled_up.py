"""What a roll-up can answer, and why it cannot answer the rest."""

from results_widgets.engine.backends.base import Data
from results_widgets.engine.counting import sketch
from results_widgets.engine.query import QueryScope
from results_widgets.engine.rollup.dataset import RollUpBackend
from results_widgets.engine.scoped import ScopedRows
from results_widgets.errors import QueryError
from results_widgets.glossary import Metric


def is_rolled_up(data: Data) -> bool:
    """Whether the data is a roll-up."""
    return isinstance(data, RollUpBackend)


def cell_length(data: Data) -> str | None:
    """Return how long the cells are that a roll-up counts by; None for single events."""
    return data.cells.grain if isinstance(data, RollUpBackend) else None


def refusal(data: Data, query: QueryScope) -> str:
    """Return why a roll-up cannot answer in a scope; empty if it can."""
    if isinstance(data, RollUpBackend):
        try:
            data.check(query)
            data.cells.check(data.calendar(query), query.micros(), None)
        except QueryError as error:
            return str(error)
    return ""


def missing_users(scoped: ScopedRows, metric: Metric | None) -> str:
    """Return why a roll-up cannot provide distinct users, of a metric or of any; empty if it can."""
    if not isinstance(scoped.data, RollUpBackend):
        return ""
    # Entries and receipts are distinct under every definition set, even one that adds up days.
    added = (
        metric is None or metric.scope == "channel" or "engaged" in (metric.key, metric.numerator)
    )
    by_day = added and scoped.query.definitions.unique == "user_day"
    return sketch.missing_users(scoped, by_day=by_day)
