"""What a roll-up can answer, and why it cannot answer the rest."""

from results_widgets.engine.counting import sketch
from results_widgets.engine.scoped import ScopedRows
from results_widgets.glossary import Metric


def missing_users(scoped: ScopedRows, metric: Metric | None) -> str:
    """Return why a roll-up cannot provide distinct users, of a metric or of any; empty if it can."""
    if scoped.data.has_users:
        return ""
    definitions = scoped.query.definitions
    by_day = definitions.unique == "user_day" if metric is None else metric.counts_days(definitions)
    return sketch.missing_users(scoped, by_day=by_day)
