"""Which numbers are meaningful for a campaign, and so appear on its screens."""

from collections.abc import Callable

from results_widgets.glossary import Metric
from results_widgets.results import Results


def applicable(results: Results) -> Callable[[Metric], bool]:
    """Return whether a metric applies to a campaign: those of the held back only where there are any."""
    withholds = _withholds(results)
    return lambda metric: withholds or not metric.is_of_held_back


def _withholds(results: Results) -> bool:
    """Return whether the campaign holds users back, by its settings or by its events."""
    if results.campaign.holdback:
        return True
    data = results._session.data
    # Channels that a campaign declares, and webhooks, may lack the event.
    knows = "held_back" in data.codes.events
    return knows and not data.reported.isdisjoint(data.codes.named("held_back"))
