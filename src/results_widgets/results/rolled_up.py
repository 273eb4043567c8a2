"""What a roll-up can answer, and why it cannot answer the rest."""

from results_widgets.engine.counting import sketch
from results_widgets.engine.scoped import ScopedRows
from results_widgets.glossary import Metric


def missing_users(scoped: ScopedRows, metric: Metric | None) -> str:
    """Return why a roll-up cannot provide distinct users, of a metric or of any; empty if it can."""
    if scoped.data.has_users:
        return ""
    # Entries and receipts are distinct under every definition set, even one that adds up days.
    added = (
        metric is None or metric.scope == "channel" or "engaged" in (metric.key, metric.numerator)
    )
    by_day = added and scoped.query.definitions.unique == "user_day"
    return sketch.missing_users(scoped, by_day=by_day)
