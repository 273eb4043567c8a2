"""Tables that a dashboard computes on request: numbers by other tools' definitions, and paths to conversion."""

from results_widgets.results import Results
from results_widgets.results.written import dialects_in_words, key_dialects, paths_in_words
from results_widgets.view_model.serialization import State


def dialects_reply(results: Results) -> State:
    """Return the reply to ``kind: dialects``: the key numbers of the campaign and its channels under every set.

    Args:
        results: As selected.

    Raises:
        QueryError: They come from a roll-up.
    """
    shown = key_dialects(results, results.dialects())
    written = dialects_in_words(results, shown)
    return {
        **written.to_state(),
        "line": "Changes are from the default. results.dialects() has every number.",
    }


def paths_reply(results: Results) -> State:
    """Return the reply to ``kind: paths``: the actions that lead to conversions, and how often.

    Args:
        results: As selected.

    Raises:
        QueryError: They come from a roll-up.
    """
    return {**paths_in_words(results, results.paths()).to_state(), "line": ""}
