"""The reply about the usual other rules: the range of the converted rate, and what each rule makes of the headline."""

from results_widgets.results import Results
from results_widgets.view_model.serialization import State


def usual_rules_reply(results: Results) -> State:
    """Return the reply to ``kind: usual_rules``.

    It has ``line`` (the range of the converted rate in a sentence; empty where there is none), ``rows`` (number,
    rule, other choice, value, change) and ``notes`` in sentences.

    Args:
        results: As selected.

    Raises:
        QueryError: They come from a roll-up.
    """
    campaign = [one for one in results._session.metrics() if one.scope == "campaign"]
    keys = [one.key for one in campaign if one.key_metric]
    found = results.sensitivity(keys)
    said = dict(zip(keys, found.sentences, strict=False))
    rankings = [one for one in found.sentences if one.startswith("The ranking")]
    return {
        "line": said.get("converted_rate", ""),
        "rows": [list(row) for row in found.rows_as_text()],
        "notes": [*rankings, *(f"{one}." for one in found.left_out)],
    }
