"""Types that other libraries have and Polars does not: read by what they mean, or refused in our words."""

from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute
import pytest

import results_widgets as rw
from tests.support.odd_values import CAMPAIGN, COLUMNS

FRAME = pl.DataFrame(COLUMNS)


def value_of(events: object) -> float:
    results = rw.Results(CAMPAIGN, events, time_zone="UTC")
    found: float = results.overview().filter(metric="goal_value")["value"].item()
    return found


def arrow(**columns: Any) -> pa.Table:
    table = FRAME.to_arrow()
    return pa.table({name: columns.get(name, table[name]) for name in table.column_names})


def test_widest_decimals_of_arrow_are_numbers(capfd: pytest.CaptureFixture[str]) -> None:
    amounts = pa.array([None, None, None, Decimal("12.5")], pa.decimal256(50, 2))
    assert value_of(arrow(value=amounts)) == 12.5
    assert capfd.readouterr().err == "", "no engine panics beside it"


def test_run_ends_of_arrow_are_decoded() -> None:
    users = pa.compute.run_end_encode(pa.array(COLUMNS["user_id"]))
    assert value_of(arrow(user_id=users)) == 12.5


def test_sparse_columns_of_pandas_are_numbers() -> None:
    frame = FRAME.to_pandas()
    frame["value"] = pd.arrays.SparseArray([float("nan")] * 3 + [12.5])
    assert value_of(frame) == 12.5


def test_periods_and_intervals_of_pandas_are_read_by_their_text() -> None:
    frame = FRAME.to_pandas()
    frame["platform"] = pd.cut([1, 2, 3, 4], [0, 2, 4])
    by = rw.Results(CAMPAIGN, frame, time_zone="UTC").overview(by="platform")
    assert "(0, 2]" in by["platform"].to_list()
    days = frame.assign(timestamp=pd.PeriodIndex(["2026-03-01"] * 4, freq="D"))
    with pytest.raises(rw.EventsError, match=r"column 'timestamp' .*'2026-03-01'.*names no zone"):
        rw.Results(CAMPAIGN, days, time_zone="UTC")


LINES = FRAME.drop("link").write_csv()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("title.csv", f"Export of events\n\n{LINES}", "is there a title above the header"),
        ("comment.csv", f"# exported in March\n{LINES}", "is there a title above the header"),
        ("old.csv", LINES.replace("\n", "\r"), "its lines end in CR alone"),
        ("pretty.ndjson", '{\n"user_id": "anna"\n}\n', "line 1 is not a complete JSON object"),
    ],
)
def test_what_is_no_table_is_said_as_what_it_is(
    name: str, text: str, words: str, tmp_path: Any
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(rw.EventsError, match=words):
        rw.Results(CAMPAIGN, path, time_zone="UTC")
