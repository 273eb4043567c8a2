"""Which values leave the kernel: those that enough users share, without what names one of them."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.view_model.breakdowns import breakdowns_state
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.serialization import to_arrow
from tests.support.saved_pages import unpacked

CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "1d",
    "variants": [{"id": "A", "share": 0.5, "control": True}, {"id": "B", "share": 0.5}],
    "actions": [{"id": "a1", "channel": "email"}],
}


def _row(user: int, event: str, minute: int = 0, **more: object) -> dict[str, object]:
    row = {"user_id": f"u{user}", "campaign_id": "c1", "action_id": "a1", "event": event}
    return (
        row | {"timestamp": f"2026-03-01T09:{minute:02}:00Z", "link": None, "reason": None} | more
    )


def _results(rows: list[dict[str, object]], **columns: list[object]) -> rw.Results:
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return rw.Results(CAMPAIGN, frame.with_columns(**columns), time_zone="UTC")


def _groups(results: rw.Results, by: str, least: int, metric: str = "users") -> dict[object, float]:
    _, stream = chart_state(results, Selection(metric=metric, by=by), least)
    rows = pl.read_ipc_stream(stream)
    found = rows.group_by("by").agg(pl.col("value").sum())
    return {name: value for name, value in found.iter_rows() if value}


@pytest.mark.parametrize(("least", "wanted"), [(1, "abc"), (2, "bc"), (5, "c"), (6, "c")])
def test_values_of_too_few_users_are_left_out_of_a_chart(least: int, wanted: str) -> None:
    # One user in city a, four in b, six in c.
    cities = ["a", *"bbbb", *"cccccc"]
    results = _results([_row(n, "sent", city=city) for n, city in enumerate(cities)])
    assert sorted(map(str, _groups(results, "city", least))) == [*wanted]
    state, _ = chart_state(results, Selection(metric="users", by="city"), least)
    words = {1: "", 2: "1 other of one user left out"}
    said = words.get(least, "2 others of fewer than" if least > 4 else "")
    assert said in str(state["caption"])
    # In code every value can be asked for.
    assert results.explore("users", by="city")["city"].n_unique() == 3


def test_few_values_are_no_exemption() -> None:
    # Eight users, each the only one in a test send.
    results = _results([_row(n, "sent", name=f"user {n}") for n in range(8)])
    for least in (2, 5):
        with pytest.raises(rw.QueryError, match=f"no value that {least} users share"):
            _groups(results, "name", least)


def test_events_are_not_users() -> None:
    rows = [_row(1, "sent", city="a"), *(_row(1, "opened", n, city="a") for n in range(1, 9))]
    rows += [_row(n, "sent", city="b") for n in (2, 3)]
    assert [*_groups(_results(rows), "city", 2)] == ["b"]


def test_what_the_campaign_declares_is_never_left_out() -> None:
    rows = [_row(1, "sent", variant="A"), *(_row(n, "sent", variant="C") for n in (2, 3))]
    rows += [_row(n, "sent", variant="B") for n in range(4, 10)]
    assert _groups(_results(rows), "variant", 5) == {"A, control": 1, "B": 6}


LINKS = {
    "https://shop.example/offer?e=anna@example.com": "https://shop.example/offer",
    "https://shop.example/offer?token=4711#top": "https://shop.example/offer",
    "https://me:secret@shop.example/a": "https://shop.example/a",
    "mailto:anna@example.com": "mailto:…",
    "https://shop.example/u/anna@example.com/x": "https://shop.example/u/…/x",
    "https://shop.example/#anna": "https://shop.example/",
}


@pytest.mark.parametrize(("link", "name"), LINKS.items())
def test_links_lose_what_names_a_user(link: str, name: str) -> None:
    rows = [_row(n, event) for n in (1, 2) for event in ("sent",)]
    rows += [_row(n, "clicked", 1, link=link) for n in (1, 2)]
    (row,) = _part(_results(rows), "link")
    assert row == {"name": name, "values": {"clicked": 2.0, "unique_clicked": 2.0}}


def _part(results: rw.Results, column: str) -> list[dict[str, Any]]:
    state: Any = breakdowns_state(results)
    rows: list[dict[str, Any]] = state["action:a1"][column]["rows"]
    return rows


def test_links_that_differ_by_their_query_only_are_one() -> None:
    rows = [_row(n, "sent") for n in range(4)]
    rows += [_row(n, "clicked", 1, link=f"https://shop.example/?u={n}") for n in range(4)]
    rows += [_row(1, "clicked", 2, link="https://shop.example/rare")]
    # Distinct users of several links cannot be added up; those of one are known.
    assert _part(_results(rows), "link") == [
        {"name": "https://shop.example/", "values": {"clicked": 4.0, "unique_clicked": None}},
        {"name": "1 other", "values": {"clicked": 1.0, "unique_clicked": 1.0}},
    ]


def test_reasons_lose_addresses_and_rare_ones_their_names() -> None:
    rows = [_row(n, "sent") for n in range(6)]
    rows += [_row(n, "bounced", 1, reason=f"550 <user{n}@example.com> unknown") for n in range(3)]
    rows += [_row(n, "bounced", 1, reason=f"mailbox of user {n} is full") for n in (4, 5)]
    assert [(row["name"], row["values"]["bounced"]) for row in _part(_results(rows), "reason")] == [
        ("550 <…> unknown", 3.0),
        ("2 others", 2.0),
    ]


def test_the_state_of_a_widget_and_the_files_hold_no_string_of_one_user(tmp_path: Path) -> None:
    rows = []
    for n in range(12):
        own = {"city": f"city-of-{n}", "link": f"https://x.example/?who=link-of-{n}"}
        rows += [_row(n, "sent", city=f"city-of-{n}")]
        rows += [
            _row(n, "clicked", 1, **own),
            _row(n, "bounced", 2, reason=f"reason-of-{n}", city=None),
        ]
    for n in range(20, 30):
        rows += [_row(n, "sent", city="large"), _row(n, "bounced", 1, reason="large", city=None)]
    results = _results(rows)
    shown = rw.Dashboard(results)
    shown.selection.by = "city"
    state = repr(shown.get_state())
    page = results.to_html(tmp_path / "page.html", by=["city", "link", "reason"], min_users=2)
    written = page.read_text(encoding="utf-8")
    text = written + unpacked(written)[1].decode("utf-8", "replace")
    assert "large" in text
    for n in range(12):
        for what in ("city", "link", "reason"):
            assert f"{what}-of-{n}" not in state
            assert f"{what}-of-{n}" not in text


def test_a_column_of_links_without_a_link_has_no_table() -> None:
    rows = [_row(n, "sent") for n in range(2)]
    assert breakdowns_state(_results(rows)) == {}


def test_a_stream_does_not_bring_along_the_texts_of_rows_that_are_left_out() -> None:
    """Polars writes views of text, and with them every text of the column that they look at."""
    texts = [f"a text longer than a view holds, of {name}" for name in ("anna", "all", "all")]
    frame = pl.DataFrame({"by": texts, "kind": pl.Series(texts, dtype=pl.Categorical)})
    stream = to_arrow(frame.filter(pl.col("by").str.ends_with("all")))
    assert b"of all" in stream
    assert b"anna" not in stream
    assert pl.read_ipc_stream(stream)["by"].to_list() == texts[1:]


def test_the_series_of_a_chart_has_no_text_of_one_user() -> None:
    cities = ["a city that only anna lives in", *["a city of many, many people"] * 6]
    results = _results([_row(n, "sent", city=city) for n, city in enumerate(cities)])
    for least in (2, 5):
        _, stream = chart_state(results, Selection(metric="users", by="city"), least)
        assert b"many people" in stream
        assert b"anna" not in stream
