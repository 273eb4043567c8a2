"""The reply that the dashboard draws under other usual rules."""

from typing import Any

import results_widgets as rw
from results_widgets.view_model.usual_rules import usual_rules_reply


def test_reply_says_what_sensitivity_says() -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    reply: dict[str, Any] = dict(usual_rules_reply(results))
    assert reply["line"] == (
        "Converted rate: 17.0\u202f%; under other usual rules 10.7 to 24.9\u202f%. "
        "Moved most by the attribution window (30d)."
    )
    found = results.sensitivity()
    rows = [list(row) for row in found.rows_as_text() if row[0] != "Lift (converted users)"]
    assert reply["rows"] == rows
    assert [one for one in reply["notes"] if "ranking of the actions changes" in one]
