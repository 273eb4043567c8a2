"""What a chart is compared with: as it is selected, said and copied."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
import traitlets

import results_widgets as rw
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.code_snippet import code_snippet

WEEK = {"start": "2026-03-16", "end": "2026-03-22", "every": "1d"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, False),
        (True, True),
        ("previous", True),
        ("last_year", "last_year"),
        ("2026-03-09", "2026-03-09"),
        (date(2026, 3, 9), "2026-03-09"),
    ],
)
def test_a_comparison_is_kept_as_a_plain_value(given: Any, kept: Any) -> None:
    assert rw.Selection(compare=given).compare == kept


@pytest.mark.parametrize(
    "given", [5, "next", "2026-02-30", datetime(2026, 3, 9, tzinfo=UTC), "1066-10-14"]
)
def test_what_is_none_is_refused(given: Any) -> None:
    with pytest.raises(traitlets.TraitError, match=r"the first day of another period such as"):
        rw.Selection(compare=given)


@pytest.mark.parametrize(
    ("compare", "said"),
    [
        (True, "dashed: period before, 9 Mar to 15 Mar 2026"),
        ("2026-03-02", "dashed: 2 Mar to 8 Mar 2026"),
        # Their windows are open, those of the range are not.
        (
            "2026-04-06",
            "dashed: 6 Apr to 12 Apr 2026, not at equal age: its entries had less time to convert",
        ),
        # No number of theirs was measured.
        (
            "last_year",
            "dashed: a year before, 16 Mar to 22 Mar 2025: before the campaign began",
        ),
        ("2027-01-01", "nothing to compare in 1 Jan to 7 Jan 2027"),
    ],
)
def test_the_caption_names_the_days_of_the_dashed_line(
    lifelike: rw.Results, compare: Any, said: str
) -> None:
    asked = rw.Selection(metric="converted_rate", compare=compare, **WEEK)
    chart, series = chart_state(asked.apply(lifelike), asked)
    assert str(chart["caption"]).endswith(f" · {said}")
    rows = pl.read_ipc_stream(series)
    first = rows["previous_start"][0]
    assert (first is None) == said.startswith("nothing")
    if compare == "2026-03-02":
        assert first == "Mon 2 Mar 2026"
        assert rows["previous_start"].to_list()[-1] == "Sun 8 Mar 2026"
    whole = rw.Selection(compare=compare)
    chart, _ = chart_state(whole.apply(lifelike), whole)
    assert "choose a range to compare it with" in str(chart["caption"])


@pytest.mark.parametrize("compare", [True, "last_year", "2026-03-02"])
def test_copied_code_gives_the_same_line(lifelike: rw.Results, compare: Any) -> None:
    asked = rw.Selection(metric="conversions", compare=compare, **WEEK)
    code = code_snippet(asked, lifelike)
    found = eval(code, {"results": lifelike})
    _, series = chart_state(asked.apply(lifelike), asked)
    rows = pl.read_ipc_stream(series)
    assert rows["previous"].to_list() == found["previous"].to_list()
    assert rows["previous"].null_count() < rows.height or compare == "last_year"
