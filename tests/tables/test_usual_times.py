"""Times in the usual shapes, read by Polars' parser, against the arithmetic that reads every shape."""

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

from results_widgets.tables import times
from results_widgets.tables.usual_times import with_usual_times
from tests.support.profiles import examples

PARTS = (
    ["2026", "1970", "2024", "2100", "0000", "9999"],
    ["-", "-", "/"],
    ["02", "06", "12", "00", "13"],
    ["-"],
    ["01", "28", "29", "30", "31", "00", "32"],
    ["T", " ", "t"],
    ["00:00", "23:59", "24:00", "99:59", "12:60"],
    [":00", ":59", ":60", ""],
    ["", ".1", ".123", ".123456", ".000001", ",123", ".12345", ".1234567"],
    ["Z", "+0000", "+00:00", "-0130", "+01:30", "-00:30", "+18:00", "+18:01", "-19", "z", "UTC"],
    ["", "", "[Europe/Berlin]", " "],
)
TEXTS = st.one_of(
    st.tuples(*(st.sampled_from(part) for part in PARTS)).map("".join),
    st.sampled_from([None, "", "NaT", "x", "1767225600", "2026-03-01T09:00:00.123-05:00"]),
)


def read(texts: list[str | None]) -> pl.DataFrame:
    rows = pl.LazyFrame({"timestamp": texts}, schema={"timestamp": pl.String})
    found, _ = times.with_times_of_text(nw.from_native(rows), None, "UTC")
    native: pl.LazyFrame = found.to_native()
    return native.select(times.MICROS, times.ZONED).collect()


@settings(max_examples=examples(60))
@given(texts=st.lists(TEXTS, min_size=1, max_size=60))
def test_both_ways_read_the_same(texts: list[str | None]) -> None:
    found = read(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(times, "_with_instants", lambda rows: times._with_iso(rows, times._TEXT))
        assert_frame_equal(found, read(texts))


def test_usual_shapes_are_left_to_no_arithmetic() -> None:
    texts = [
        f"2026-03-01{between}09:00:0{second}{fraction}{zone}"
        for between in "T "
        for second in "09"
        for fraction in ("", ".5", ".123", ".123456")
        for zone in ("Z", "+0000", "-05:30")
    ]
    rows = with_usual_times(pl.LazyFrame({"text": texts}), "text", "micros", "rest").collect()
    is_usual = ~rows["text"].str.contains(".5", literal=True)
    assert rows["rest"].is_null().equals(is_usual)
    assert rows["micros"].is_not_null().equals(is_usual)
