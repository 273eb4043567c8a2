"""Sentences as text, and which metrics a short summary has; numbers are formatted in `results.formatting`."""

from results_widgets.glossary import Metric
from results_widgets.results import Results


def key_metrics(results: Results) -> list[Metric]:
    """Return the metrics of a short summary, in order."""
    return [metric for metric in results._session.metrics() if metric.key_metric]


def capitalized(text: str) -> str:
    """Return a text with its first letter in upper case and the rest as it is."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return an error's text as a sentence: capitalised, with a full stop."""
    return f"{capitalized(text)}."
