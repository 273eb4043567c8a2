"""Charts: valid Vega-Lite, ticks and words in the named zone, groups, the period before."""

import html
import itertools
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
import polars as pl
import pytest
import vl_convert
from hypothesis import given, settings, strategies as st
from jsonschema import ValidationError  # type: ignore[import-untyped]

from results_widgets import charts
from results_widgets.charts import series_rows, series_spec
from results_widgets.charts.axes import interval_words
from results_widgets.locales import locale_of
from tests.support.loops import some
from tests.support.profiles import examples

HOSTILE = "</script><img src=x onerror=alert(1)> {{datum}} \"quoted\" 'too'"
BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def frame(start: datetime, step: timedelta, count: int, **columns: Any) -> pl.DataFrame:
    """A series in Berlin; steps are of absolute time."""
    times = pl.Series([start.astimezone(UTC) + step * i for i in range(count)])
    local = times.cast(pl.Datetime("us", "UTC")).dt.convert_time_zone("Europe/Berlin")
    values = [float(i) for i in range(count)]
    return pl.DataFrame({"time": local, "value": values} | columns)


def spec(
    series: pl.DataFrame, every: str = "1d", by: str | None = None, **more: Any
) -> dict[str, Any]:
    """The chart's spec, held against Vega-Lite's schema."""
    options = {"unit": "count", "description": "Users"} | more
    rows = series_rows(series, every=every, by=by, open_from=options.pop("open_from", None))
    times = series["time"].unique().sort().to_list()
    found = series_spec(rows, times, every=every, **options)
    alt.LayerChart.from_dict(found, validate=True)
    return found


def ticks(found: dict[str, Any]) -> list[tuple[int, str]]:
    """Tick values and the label each of them gets."""
    axis = found["layer"][-1]["encoding"]["x"]["axis"]
    labels = json.loads(re.fullmatch(r"(\{.*\})\[.*\]", axis["labelExpr"])[1])  # type: ignore[index]
    return [(value, labels[str(value)]) for value in axis["values"]]


def lines(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        layer["encoding"]["y"]["field"]: layer
        for layer in found["layer"]
        if layer["mark"]["type"] == "line"
    }


# --------------------------------------------------------------------------------------- the time


def test_hours_over_the_end_of_summer_time() -> None:
    series = frame(datetime(2026, 10, 25, 0, 0, tzinfo=BERLIN), HOUR, 5)
    found = ticks(spec(series, "1h"))
    assert [label for _, label in found] == ["25 Oct 00:00", "01:00", "02:00", "02:00", "03:00"]
    first = datetime(2026, 10, 24, 22, tzinfo=UTC).timestamp() * 1000
    assert [value for value, _ in found] == [first + 3_600_000 * i for i in range(5)]


def test_hours_over_the_start_of_summer_time() -> None:
    series = frame(datetime(2026, 3, 29, 1, 0, tzinfo=BERLIN), HOUR, 3)
    assert [label for _, label in ticks(spec(series, "1h"))] == ["29 Mar 01:00", "03:00", "04:00"]


def test_days_name_a_new_month_twice_since_one_label_may_have_no_room() -> None:
    ends = ((10, 24), (10, 27), (10, 30), (11, 2), (11, 5), (11, 8))
    days = [datetime(2026, month, day, tzinfo=BERLIN) for month, day in ends]
    series = pl.DataFrame({"time": days, "value": [1.0] * 6})
    assert [one[1] for one in ticks(spec(series))] == ["24 Oct", "27", "30", "2 Nov", "5 Nov", "8"]


def test_months_name_the_year_where_it_is_new() -> None:
    firsts = ((2025, 11), (2025, 12), (2026, 1), (2026, 2))
    months = [datetime(*first, 1, tzinfo=BERLIN) for first in firsts]
    found = ticks(spec(pl.DataFrame({"time": months, "value": [1.0] * 4}), "1mo"))
    assert [label for _, label in found] == ["Nov 2025", "Dec", "Jan 2026", "Feb 2026"]


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 61, 400])
def test_ticks_are_few_and_stand_on_points(count: int) -> None:
    series = frame(datetime(2026, 1, 1, tzinfo=BERLIN), HOUR, count)
    at = [value for value, _ in ticks(spec(series, "1h"))]
    points = series["time"].dt.epoch("ms").to_list()
    # The last one has a label, too, and none so near to it that both would meet.
    assert (set(at) <= set(points), at[0], at[-1]) == (True, points[0], points[-1])
    gaps = [later - before for before, later in itertools.pairwise(at)]
    assert len(at) <= 7
    assert all(gap >= gaps[0] > 0 for gap in gaps)


def test_scale_knows_no_zone_but_utc() -> None:
    found = spec(frame(datetime(2026, 1, 1, tzinfo=BERLIN), DAY, 3), open_from=datetime.now(UTC))
    assert {layer["encoding"]["x"]["scale"]["type"] for layer in found["layer"]} == {"utc"}


WORDS = [
    (datetime(2026, 10, 25, 2, tzinfo=BERLIN), "1h", "Sun 25 Oct 2026, 02:00–02:00 CEST"),
    (datetime(2026, 10, 25, 2, tzinfo=BERLIN, fold=1), "1h", "Sun 25 Oct 2026, 02:00–03:00 CET"),
    (datetime(2026, 3, 29, 1, tzinfo=BERLIN), "1h", "Sun 29 Mar 2026, 01:00–03:00 CET"),
    (datetime(2026, 3, 29, tzinfo=BERLIN), "1d", "Sun 29 Mar 2026"),
    (datetime(2026, 3, 2, tzinfo=BERLIN), "1w", "2–8 Mar 2026"),
    (datetime(2026, 3, 30, tzinfo=BERLIN), "1w", "30 Mar–5 Apr 2026"),
    (datetime(2026, 3, 1, tzinfo=BERLIN), "1mo", "March 2026"),
]


def test_both_passes_of_a_repeated_hour_have_words_of_their_own() -> None:
    series = frame(datetime(2026, 10, 25, 1, tzinfo=BERLIN), HOUR, 4, name=["a", "a", "b", "b"])
    rows = series_rows(series, every="1h", by="name", open_from=series["time"][2])
    hours = ["01:00–02:00 CEST", "02:00–02:00 CEST", "02:00–03:00 CET", "03:00–04:00 CET"]
    assert [words.partition(", ")[2] for words in rows["start"]] == hours
    assert rows["open"].to_list() == [False, False, True, True]


@pytest.mark.parametrize(("start", "every", "words"), WORDS)
def test_interval_in_words(start: datetime, every: str, words: str) -> None:
    assert interval_words(start, every) == words


# --------------------------------------------------------------------------------------- the lines


def test_single_series_is_one_line_in_the_themes_colour() -> None:
    found = lines(spec(frame(datetime(2026, 1, 1, tzinfo=BERLIN), DAY, 3)))
    assert list(found) == ["value"]
    assert found["value"]["encoding"]["color"] == {"value": {"expr": "rw_line"}}
    assert found["value"]["mark"]["point"] is False


def test_single_point_can_be_seen() -> None:
    found = lines(spec(frame(datetime(2026, 1, 1, tzinfo=BERLIN), DAY, 1)))
    assert found["value"]["mark"]["point"] is True


def test_period_before_is_dashed_and_behind() -> None:
    series = frame(datetime(2026, 1, 1, tzinfo=BERLIN), DAY, 2, previous=[3.0, None])
    found = lines(spec(series))
    assert list(found) == ["previous", "value"]
    assert found["previous"]["mark"]["strokeDash"] == [3, 3]
    nothing = series.with_columns(previous=pl.lit(None, pl.Float64))
    assert list(lines(spec(nothing))) == ["value"]


def test_groups_are_lines_of_their_own_also_in_the_period_before() -> None:
    series = frame(
        datetime(2026, 1, 1, tzinfo=BERLIN), DAY, 2, previous=[1.0, 2.0], platform=["ios", None]
    )
    found = lines(spec(series, by="platform"))
    assert found["value"]["encoding"]["color"]["field"] == "colour"
    assert found["value"]["encoding"]["detail"]["field"] == "by"
    assert found["previous"]["encoding"]["detail"]["field"] == "by"
    colours = found["value"]["encoding"]["color"]["scale"]["range"]
    # Before them is the colour of what has none of its own.
    assert colours[1:] == [{"expr": name} for name in charts.GROUPS]
    assert len(charts.GROUPS) == 8


def test_what_may_still_grow_is_shaded() -> None:
    series = frame(datetime(2026, 1, 1, tzinfo=BERLIN), DAY, 3)
    last = series["time"][2]
    marks = [layer["mark"]["type"] for layer in spec(series, open_from=last)["layer"]]
    assert marks == ["rect", "line"]
    rows = series_rows(series, every="1d", by=None, open_from=last)
    assert rows["open"].to_list() == [False, False, True]
    marks = [layer["mark"]["type"] for layer in spec(series, open_from=last + DAY)["layer"]]
    assert marks == ["line"]


def drawn(found: dict[str, Any], rows: pl.DataFrame) -> str:
    """The chart as SVG, as Vega itself draws it."""
    filled = {**charts.with_width(found, 600), "datasets": {"series": rows.to_dicts()}}
    return str(vl_convert.vegalite_to_svg(filled))


def texts(svg: str, role: str) -> list[tuple[float, str]]:
    """The texts of a kind of mark, the uppermost first: how far down each stands, and its words."""
    groups = re.findall(rf'<g class="mark-text {role}"[^>]*>(.*?)</g>', svg, re.DOTALL)
    found = [
        (float(y), html.unescape(words))
        for group in some(groups)
        for y, within in re.findall(
            r"<text[^>]*translate\([^,]*,([^)]*)\)[^>]*>(.*?)</text>", group
        )
        for words in [" ".join(re.findall(r"[^<>]+(?=<)", f">{within}<"))]
    ]
    return sorted(found)


def value_ticks(values: list[float], **options: Any) -> list[str]:
    """The labels of the axis of values, the lowest first."""
    series = frame(datetime(2026, 1, 24, tzinfo=BERLIN), DAY, 3, value=[float(v) for v in values])
    rows = series_rows(series, every="1d", by=None, open_from=None)
    svg = drawn(spec(series, **options), rows)
    days = {label for _, label in ticks(spec(series, **options))}
    labels = [words for _, words in texts(svg, "role-axis-label") if words not in days]
    return [label.replace("\u202f", " ") for label in reversed(labels)]


HOURS = 3600.0
TICKS: list[tuple[str, list[float], list[str]]] = [
    ("count", [0, 3, 2], ["0", "1", "2", "3"]),
    ("count", [0, 0, 0], ["0", "1"]),
    ("count", [9_400, 20, 100], ["0", "2,000", "4,000", "6,000", "8,000", "10,000"]),
    ("count", [390_000, 20, 100], ["0", "100 k", "200 k", "300 k", "400 k"]),
    ("rate", [0.147, 0.02, 0.1], ["0 %", "5 %", "10 %", "15 %"]),
    ("seconds", [45.0, 20, 30], ["0", "15 s", "30 s", "45 s"]),
    ("seconds", [5 * HOURS, 60, 9], ["0", "2 h", "4 h", "6 h"]),
    ("seconds", [47 * HOURS, 60, 9], ["0", "12 h", "1 d", "1 d 12 h", "2 d"]),
    ("seconds", [27 * 24 * HOURS, 60, 9], ["0", "5 d", "10 d", "15 d", "20 d", "25 d", "30 d"]),
    ("amount", [1_900.0, 20.5, 99], ["$0", "$500", "$1,000", "$1,500", "$2,000"]),
    ("amount", [-40, 80, 20], ["−$40", "−$20", "$0", "$20", "$40", "$60", "$80"]),
    # What one entry has: one unit on the whole axis, also where its lowest values are below 100 %.
    ("rate", [14.7, 0.2, 9], ["0", "5", "10", "15 per entry"]),
    ("rate", [1.2, 0.9, 1], ["0", "0.2", "0.4", "0.6", "0.8", "1", "1.2 per entry"]),
    ("rate", [1.0, 0.2, 0.5], ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]),
    ("rate", [2_345.0, 20, 9], ["0", "500", "1,000", "1,500", "2,000", "2,500 per entry"]),
]


@pytest.mark.parametrize(("unit", "values", "labels"), TICKS)
def test_values_have_the_steps_and_words_of_their_unit(
    unit: str, values: list[float], labels: list[str]
) -> None:
    words = {"amount": "${}", "rate": "per entry"}.get(unit, "")
    found = value_ticks(values, unit=unit, words=words)
    assert found == labels


def test_a_rate_of_what_cannot_be_counted_is_per_cent_above_100_too() -> None:
    assert value_ticks([2.9, 0, 1], unit="rate") == ["0 %", "100 %", "200 %", "300 %"]


def test_amounts_have_their_currency_as_the_locale_writes_it() -> None:
    german = locale_of("de")
    for currency, label in (("EUR", "2.000 €"), ("XYZ", "2.000 XYZ")):
        pattern = german.money_pattern(currency)
        found = value_ticks([1_900.0, 20, 99], unit="amount", words=pattern, locale=german)
        assert found[-1].replace("\xa0", " ") == label


def test_nothing_at_all_has_an_axis_with_numbers() -> None:
    series = frame(datetime(2026, 1, 1, tzinfo=BERLIN), DAY, 2, value=[None, None])
    series = series.with_columns(pl.col("value").cast(pl.Float64))
    svg = drawn(spec(series), series_rows(series, every="1d", by=None, open_from=None))
    assert "NaN" not in svg
    assert "undefined" not in svg
    assert {"0", "1"} <= {words for _, words in texts(svg, "role-axis-label")}


def ends_of(values: dict[str, float]) -> list[tuple[float, str]]:
    """The names at the ends of lines that end at these values."""
    start, size = datetime(2026, 1, 1, tzinfo=BERLIN), len(values)
    times = [start] * size + [start + DAY] * size
    series = pl.DataFrame(
        {"time": times, "value": [1.0] * size + [*values.values()], "name": [*values] * 2}
    )
    rows = series_rows(series, every="1d", by="name", open_from=None)
    return texts(drawn(spec(series, by="name"), rows), 'role-mark [^ "]*')


@given(st.lists(st.floats(0, 100), min_size=1, max_size=5))
@settings(max_examples=examples(4))
def test_names_at_the_ends_stand_in_the_order_of_values_and_never_over_another(
    values: list[float],
) -> None:
    named = {f"g{place}": value for place, value in enumerate(values)}
    found = ends_of(named)
    assert [name for _, name in found] == sorted(named, key=lambda one: (-named[one], one))
    heights = [y for y, _ in found]
    assert all(lower - upper >= 14 - 1e-6 for upper, lower in itertools.pairwise(heights))
    assert heights[0] >= 0
    # The middle of the text, whose upper half may stand above the last line's end.
    assert heights[-1] <= charts.HEIGHT + 3.5


def test_more_than_five_groups_have_plots_of_their_own_with_one_axis() -> None:
    start, size = datetime(2026, 1, 1, tzinfo=BERLIN), 7
    series = pl.DataFrame(
        {
            "time": [start] * size + [start + DAY] * size,
            "value": [float(n) for n in range(size)] * 2,
            "name": [f"g{n}" for n in range(size)] * 2,
        }
    )
    rows = series_rows(series, every="1d", by="name", open_from=None)
    times = series["time"].unique().sort().to_list()
    found = series_spec(rows, times, every="1d", unit="count", description="Users")
    alt.FacetChart.from_dict(found, validate=True)
    svg = drawn(found, rows)
    # One axis of values for each row of plots, all with the same ends.
    labels = [words for _, words in texts(svg, "role-axis-label")]
    assert labels.count("6") == 3
    assert set(charts.GROUPS) >= {
        part["expr"]
        for part in found["spec"]["layer"][0]["encoding"]["color"]["scale"]["range"][1:]
    }
    assert isinstance(charts.altair_chart(found, rows), alt.FacetChart)


def test_groups_keep_the_colours_that_they_are_given() -> None:
    series = frame(datetime(2026, 1, 1, tzinfo=BERLIN), DAY, 3, name=["b", "a", "rest"])
    rows = series_rows(series, every="1d", by="name", open_from=None, colours={"a": 4, "b": 2})
    assert rows["colour"].to_list() == [2, 4, 0]


# ---------------------------------------------------------------------------------------- the data


def test_rows_have_the_wires_columns() -> None:
    series = frame(datetime(2026, 1, 1, tzinfo=BERLIN), DAY, 2, plan=[7, None])
    rows = series_rows(series, every="1d", by="plan", open_from=None)
    assert dict(rows.schema) == {
        "time_ms": pl.Float64,
        "start": pl.String,
        "previous_start": pl.String,
        "value": pl.Float64,
        "previous": pl.Float64,
        "base": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "forecast_low": pl.Float64,
        "forecast_high": pl.Float64,
        "by": pl.String,
        "colour": pl.Float64,
        "open": pl.Boolean,
    }
    assert rows["by"].to_list() == ["7", "unknown"]
    assert rows["time_ms"].to_list() == series["time"].dt.epoch("ms").to_list()


def bands(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [layer for layer in found["layer"] if layer["mark"]["type"] == "area"]


def test_a_rate_has_a_band_paler_where_it_may_still_grow() -> None:
    start = datetime(2026, 1, 1, tzinfo=BERLIN)
    series = frame(start, DAY, 4, _low=[0.1] * 4, _high=[0.3] * 4)
    found = spec(series, unit="rate", ripens=True, open_from=start + 2 * DAY)
    final, still = bands(found)
    assert (final["mark"]["opacity"], still["mark"]["opacity"]) == (0.14, 0.07)
    for band in some(bands(found)):
        assert band["encoding"]["y"]["field"] == "low"
        assert band["encoding"]["y2"]["field"] == "high"
    # Bands lie behind the line.
    kinds = [layer["mark"]["type"] for layer in found["layer"]]
    assert kinds == ["rect", "area", "area", "line", "line"]
    assert bands(spec(series, unit="count")) == []


def test_a_band_needs_room_among_groups() -> None:
    start = datetime(2026, 1, 1, tzinfo=BERLIN)
    few = frame(start, DAY, 8, plan=[*"abcd"] * 2)
    many = frame(start, DAY, 10, plan=[*"abcde"] * 2)
    assert len(bands(spec(few, by="plan", unit="rate"))) == 2
    assert bands(spec(few, by="plan", unit="rate"))[0]["encoding"]["color"]["legend"] is None
    assert bands(spec(many, by="plan", unit="rate")) == []


def test_what_ripens_is_dashed_from_its_last_final_point_on() -> None:
    start = datetime(2026, 1, 1, tzinfo=BERLIN)
    found = spec(frame(start, DAY, 4), ripens=True, open_from=start + 2 * DAY)
    final, still = (layer for layer in found["layer"] if layer["mark"]["type"] == "line")
    assert (final["mark"]["strokeDash"], still["mark"]["strokeDash"]) == ([], [4, 4])
    assert final["transform"][-1] == {"filter": "!datum.open"}
    # The point before joins the two.
    assert still["transform"][0]["window"] == [{"op": "lead", "field": "open", "as": "next_open"}]
    assert still["transform"][-1] == {"filter": "datum.open || datum.next_open"}
    plain = spec(frame(start, DAY, 4), open_from=start + 2 * DAY)
    assert [layer["mark"]["type"] for layer in plain["layer"]] == ["rect", "line"]


def test_a_count_becomes_a_rate_with_its_axis_and_its_bands() -> None:
    start = datetime(2026, 1, 1, tzinfo=BERLIN)
    cases: list[dict[str, Any]] = [{}, {"ripens": True}, {"open_from": start + DAY, "ripens": True}]
    for more in cases:
        count = spec(frame(start, DAY, 4), **more)
        assert charts.as_rate(count) == spec(frame(start, DAY, 4), unit="rate", **more)


def test_hostile_text_stays_text() -> None:
    series = frame(datetime(2026, 1, 1, tzinfo=BERLIN), DAY, 2, name=[HOSTILE, "b"])
    found = spec(series, by="name", description=HOSTILE)
    assert found["description"] == HOSTILE
    # Nowhere else, above all in no expression.
    rest = json.dumps({**found, "description": ""})
    assert "onerror" not in rest
    assert "onerror" not in json.dumps(spec(series, by="name", words=HOSTILE)["layer"])


def test_mistake_in_a_spec_is_found() -> None:
    found = spec(frame(datetime(2026, 1, 1, tzinfo=BERLIN), DAY, 2))
    found["layer"][0]["mark"]["interpolate"] = "no such"
    with pytest.raises(ValidationError, match="line"):
        alt.LayerChart.from_dict(found, validate=True)


# ----------------------------------------------------------------------------------------- Altair


def altair_chart(**columns: Any) -> alt.LayerChart:
    series = frame(datetime(2026, 1, 1, tzinfo=BERLIN), DAY, 2, **columns)
    rows = series_rows(series, every="1d", by="name" if columns else None, open_from=None)
    times = series["time"].to_list()
    found = series_spec(rows, times, every="1d", unit="count", description="Users")
    made = charts.altair_chart(found, rows)
    assert isinstance(made, alt.LayerChart)
    return made


def test_altair_chart_is_the_spec_with_the_rows_inside() -> None:
    series = frame(datetime(2026, 1, 1, tzinfo=BERLIN), DAY, 2, name=[HOSTILE, "b"])
    named = spec(series, by="name")
    assert named.pop("data") == {"name": "series"}
    found = altair_chart(name=[HOSTILE, "b"]).to_dict()
    # Altair names the minor version, and its default size of a view.
    assert re.sub(r"\.\d+\.\d+\.json$", ".json", found.pop("$schema")) == named.pop("$schema")
    view = found["config"]["view"]
    found["config"]["view"] = {key: view[key] for key in named["config"]["view"]}
    assert found.pop("data") == {
        "name": "series",
        "values": series_rows(series, every="1d", by="name", open_from=None).to_dicts(),
    }
    assert found == named


def test_altair_chart_can_be_worked_on() -> None:
    chart = altair_chart()
    assert isinstance(chart, alt.LayerChart)
    assert chart.properties(title="Mine").to_dict()["title"] == "Mine"
    goal = alt.Chart().mark_rule().encode(y=alt.datum(1))
    both = (chart + goal).to_dict()["layer"]
    assert [layer["mark"]["type"] for layer in both] == ["line", "rule"]
    assert chart.interactive().to_dict()["params"][-1]["bind"] == "scales"
    assert chart.layer[0].encode(y="open:N").to_dict()["encoding"]["y"]["field"] == "open"
