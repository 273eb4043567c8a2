"""Frames for people: every number is the frame's own as text, and can be read back within its rounding."""

import re
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from results_widgets.locales import LOCALES, Locale, locale_of
from results_widgets.results.formatting import base_of, format_estimate
from tests.support.examples import case
from tests.support.profiles import examples

UNITS = ("count", "users", "entries", "rate", "amount", "seconds")
CALLS = ("overview", "channels", "actions")


def number(text: str, locale: Locale) -> float:
    """A number as a reader takes it."""
    plain = text.replace(locale.group, "") if locale.group else text
    return float(plain.replace(locale.decimal, ".").replace("\u2212", "-"))


def read_back(text: str, unit: str, locale: Locale, currency: str = "") -> tuple[float, float]:
    """The value that a text says, and by how much it may be rounded."""
    text = text.removeprefix("\u2248\u202f")
    if unit == "seconds":
        sizes = dict(zip(locale.durations, (86_400, 3_600, 60, 1), strict=True))
        units = "|".join(map(re.escape, sorted(sizes, key=len, reverse=True)))
        parts = re.findall(rf"([\d{re.escape(locale.group)}]+?)({units})(?: |$)", text)
        assert parts, text
        return sum(number(n, locale) * sizes[of] for n, of in parts), max(
            1, sizes[parts[0][1]] / (24 if parts[0][1] == locale.durations[0] else 60)
        )
    if unit == "rate" and " per " in text:
        digits = text.partition(" per ")[0]
        return number(digits, locale), 0.05 if locale.decimal in digits else 0.5
    if unit == "rate":
        before, after = locale.percent.split("{}")
        digits = text.replace(before, "", 1) if before else text
        digits = digits.removesuffix(after)
        decimals = len(digits.partition(locale.decimal)[2])
        return number(digits, locale) / 100, 0.5 / 10**decimals / 100
    if currency:
        pattern = locale.money.get(currency, f"{{}}\u202f{currency}")
        for part in filter(None, pattern.split("{}")):
            assert part in text
            text = text.replace(part, "", 1)
    return number(text, locale), 0.5 if unit == "amount" else 0.005


@given(
    value=st.floats(0, 1e9) | st.integers(0, 10**9).map(float) | st.floats(0, 30),
    unit=st.sampled_from(UNITS),
    locale=st.sampled_from(LOCALES).map(locale_of),
    estimate=st.booleans(),
    currency=st.sampled_from(["", "USD", "EUR", "XTS"]),
    base=st.sampled_from(["", "entries", "unique users"]),
)
@settings(max_examples=examples(300))
def test_a_text_reads_back_within_its_rounding(
    value: float, unit: str, locale: Locale, estimate: bool, currency: str, base: str
) -> None:
    if unit in ("count", "users", "entries"):
        value = float(round(value))
    if unit == "amount":
        value = round(value, 2)
    text = format_estimate(value, unit, estimate, locale, currency, base)
    money = currency if unit == "amount" else ""
    found, rounding = read_back(text, unit, locale, money)
    assert abs(found - value) <= rounding * (1 + 1e-9) + 1e-9, text
    assert text.startswith("\u2248") == (estimate and value != 0)


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(500, seed=4), time_zone="UTC")


def columns(results: rw.Results, name: str, **how: Any) -> tuple[Any, Any]:
    ask = getattr(results, name)
    return ask(**how), ask(**how, formatted=True)


@pytest.mark.parametrize("by", [None, "variant"])
@pytest.mark.parametrize("name", CALLS)
def test_rows_are_those_of_the_frame_in_their_order(
    results: rw.Results, name: str, by: str | None
) -> None:
    plain, written = columns(results, name, by=by, interval=0.9)
    assert written.height == plain.height > 5
    owners = {"overview": [], "channels": ["channel"], "actions": ["action", "channel"]}[name]
    assert written.columns == [*owners, "label", "text", "note", *([by] if by else [])]
    channels = {one.label: id_ for id_, one in results.campaign.channels.items()}
    for row, text in zip(plain.to_dicts(), written.to_dicts(), strict=True):
        owner = {"action": row["action_id"]} if name == "actions" else {}
        owner = {"channel": row["channel"]} if name == "channels" else owner
        metric = results.describe(row["metric"], **owner)
        assert text["label"] == metric.label
        assert "channel" not in text or channels[text["channel"]] == row["channel"]
        assert "action" not in text or text["action"] == row["action"]
        if metric.missing:
            assert (text["text"], text["note"]) == ("n/a", metric.missing)
        elif row["value"] is None:
            assert text["text"] == "\u2013"
        else:
            found, rounding = read_back(text["text"], metric.unit, locale_of("en"))
            assert abs(found - row["value"]) <= rounding + 1e-9
        if row["numerator"] is not None and not metric.missing:
            assert f" {base_of(metric, row['denominator'])}" in text["note"]
            shared = metric.unit == "rate" and (row["value"] or 0) <= 1
            assert (" of " if shared else " over ") in text["note"]
        assert ("90\u202f% interval" in text["note"]) == (row["low"] is not None)


def test_what_the_source_cannot_say_has_its_reason() -> None:
    asked = case("anna mail sent 01T10:00")
    found = rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")
    written = found.channels(formatted=True)
    missing = written.filter(text="n/a")
    assert missing.height > 3
    assert all(missing["note"].to_list())
    assert "Delivered" in missing["label"]


def test_money_is_written_as_the_screen_and_the_report_write_it() -> None:
    asked = case(
        """
        anna mail sent 01T10:00
        anna -    Purchase 01T11:00 value=533269.4 currency=USD
        """,
        goal={"events": ["Purchase"], "value": "value"},
    )
    found = rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")
    texts = dict(found.overview(formatted=True).select("label", "text").iter_rows())
    assert texts["Goal value"] == texts["Value per entry"] == "$533,269"
    # An amount is no share of entries, and numbers end below one another.
    printed = str(
        found.overview(formatted=True).filter(pl.col("label").is_in(["Goal value", "Entries"]))
    )
    assert "┆        1 ┆" in printed
    notes = dict(found.overview(formatted=True).select("label", "note").iter_rows())
    assert notes["Value per entry"] == "$533,269 over 1 entry"
    german = found.overview(formatted=True, locale="de").filter(label="Goal value")
    assert german["text"].item() == "533.269\u202f$"
    with pl.Config(tbl_formatting="MARKDOWN"):
        assert re.search(r"\| Goal value +\| +\$533,269 \|", str(found.overview(formatted=True)))


def test_what_happens_more_than_once_is_over_its_base_and_never_a_part_of_it() -> None:
    asked = case(
        "anna mail sent 01T10:00\nanna - Purchase 01T11:00\nanna - Purchase 01T12:00",
        goal={"events": ["Purchase"], "mode": "multiple"},
    )
    found = rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")
    rate = found.overview(formatted=True).filter(label="Conversion rate")
    assert rate.select("text", "note").row(0) == ("2.0 per entry", "2 over 1 entry")


def test_a_rate_of_messages_names_them(results: rw.Results) -> None:
    older = results.with_definitions("leanplum-v2")
    rate = older.overview(formatted=True).filter(label="Engagement rate")
    assert rate["note"].item().endswith(" messages")
    assert "messages were engaged with" in str(older.summary())
    assert "users engaged" in str(results.summary())


def test_a_rate_of_several_is_said_by_each() -> None:
    bought = "\n".join(f"anna - Purchase 01T{hour}:00" for hour in range(11, 18))
    goal = {"events": ["Purchase"], "mode": "multiple"}
    asked = case(f"anna mail sent 01T10:00\n{bought}", goal=goal)
    found = rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")
    text = found.overview(formatted=True).filter(label="Conversion rate")["text"].item()
    assert text == "7.0 per entry"
    actions = found.actions(formatted=True)
    texts = actions.filter(label="Conversion rate attributed")["text"].to_list()
    assert "7.0 per entry" in texts


def test_a_locale_without_text_and_one_that_is_not_known_are_refused(results: rw.Results) -> None:
    with pytest.raises(rw.QueryError, match="formatted=True"):
        results.overview(locale="de")  # type: ignore[call-overload]
    with pytest.raises(rw.QueryError, match="klingon"):
        results.overview(formatted=True, locale="klingon")


def test_it_shows_itself_whole_and_as_a_reader_writes(results: rw.Results) -> None:
    found = results.actions(formatted=True, by="variant")
    assert len(str(found).splitlines()) == found.height + 4
    assert "str" not in str(found).splitlines()[1:4]
    assert '"' not in str(found)
    html = found.filter(label="Users received")._repr_html_()
    assert html.count("<tr>") == 1 + found.filter(label="Users received").height
    assert "&quot;" not in html
    # Names of data are not obeyed.
    asked = case(
        "anna mail sent 01T10:00", actions=[{"id": "mail", "name": "<b>", "channel": "email"}]
    )
    own = rw.Results(dict(asked.campaign), asked.events, time_zone="UTC").actions(formatted=True)
    assert '<td style="text-align: left">&lt;b&gt;</td>' in own._repr_html_()


def test_no_name_turns_round_what_stands_beside_it() -> None:
    turned = "Bill\u202eboard\u2066\u2069"
    shown = {"name": "shown", "label": turned}
    poster = {"label": turned, "events": ["shown"], "received": "shown", "vocabulary": [shown]}
    asked = case(
        f"anna poster shown 01T10:00 platform={turned}",
        actions=[{"id": "poster", "name": turned, "channel": "billboard"}],
        channels={"billboard": poster},
    )
    found = rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")
    for name in CALLS:
        table, written = columns(found, name, by="platform")
        assert set(written["platform"]) == {"Billboard"}
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", written.write_csv())
        # Where numbers are computed with, the data stays as it is.
        assert set(table["platform"]) == {turned}
    assert set(found.actions(formatted=True)["channel"]) == {"Billboard"}
    assert any("Billboard" in one for one in found.channels(formatted=True)["label"])
