"""The Audience widget and the users that a dashboard opens: what is said of them, and what never is."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ipywidgets import DOMWidget

import results_widgets as rw
from results_widgets.widgets.segment_widget import SegmentWidget
from tests.support.comm import browser_asks
from tests.support.named_users import users_in

HOSTILE = "<script>alert(1)</script>"


pytestmark = pytest.mark.usefixtures("lines")


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(600, seed=3), time_zone="UTC")


@pytest.fixture(scope="module")
def parts(results: rw.Results) -> tuple[rw.Segment, rw.Segment, rw.Segment]:
    return (
        results.users_in_action("we-miss-you", "opened"),
        results.users("unique_converters"),
        results.users_in_action("reminder"),
    )


def ids(segment: rw.Segment | None) -> set[str]:
    assert segment is not None
    return set(segment.users["user_id"])


def asked(widget: SegmentWidget, kind: str, **more: Any) -> Any:
    """The widget's answer, which must be one."""
    (reply,) = browser_asks(widget, {"id": "1", "kind": kind, **more})
    assert reply["ok"], reply
    return reply[kind]


def refused(widget: SegmentWidget, kind: str, **more: Any) -> dict[str, str]:
    (reply,) = browser_asks(widget, {"id": "1", "kind": kind, **more})
    assert not reply["ok"]
    error: dict[str, str] = reply["error"]
    return error


def state_text(widget: SegmentWidget) -> str:
    code = ("_esm", "_css", "_chart_esm")
    return repr({name: value for name, value in widget.get_state().items() if name not in code})


# --------------------------------------------------------------------------------- one segment


def test_size_and_reach_are_the_segments_own(
    results: rw.Results, parts: tuple[rw.Segment, ...]
) -> None:
    opened = parts[0]
    widget = rw.Audience(opened)
    assert widget.segment is opened
    shown = widget._audience["segment"]
    everyone = results.users_in_campaign()
    assert (shown["name"], shown["rule"], shown["size"]) == (opened.name, opened.rule, len(opened))
    assert shown["campaign"] == {
        "name": results.campaign.label,
        "users": len(everyone),
        "entered": len(opened & everyone),
    }
    reach = opened.reach()
    assert [row["channel"] for row in shown["reach"]] == reach["channel"].to_list()
    assert [row["reachable"] for row in shown["reach"]] == reach["reachable"].to_list()
    assert widget._audience["overlap"] == []


def test_the_base_of_a_range_is_named_with_its_days(results: rw.Results) -> None:
    day = results.between("2026-03-02", "2026-03-02")
    shown = rw.Audience(day.users_in_campaign())._audience["segment"]["campaign"]
    label = results.campaign.label
    assert shown["name"] == f"{label}, from 2026-03-02 to 2026-03-02"
    assert 0 < shown["users"] < len(results.users_in_campaign())


def test_profile_and_sample_come_as_replies(parts: tuple[rw.Segment, ...]) -> None:
    opened = parts[0]
    widget = rw.Audience(opened)
    token = widget._audience["segment"]["token"]
    assert asked(widget, "profile", token=token) == opened.profile(values=8, min_users=2).to_dicts()
    sample = asked(widget, "sample", token=token, seed=4)
    drawn = opened.sample(10, seed=4).users
    assert sample["columns"] == drawn.columns
    assert [row[0] for row in sample["rows"]] == drawn["user_id"].to_list()
    assert all(cell is None or isinstance(cell, str) for row in sample["rows"] for cell in row)


def test_wide_and_long_attributes_are_cut() -> None:
    wide = pl.DataFrame({"user_id": ["a"], **{f"c{n}": ["x" * 500] for n in range(20)}})
    widget = rw.Audience(rw.Segment(wide, name="wide", rule="r"))
    sample = asked(widget, "sample", token=1, seed=0)
    assert (len(sample["columns"]), sample["left"]) == (12, 9)
    assert {len(cell) for cell in sample["rows"][0][1:]} == {120}


def test_users_of_a_table_have_a_size_and_with_results_the_rest(results: rw.Results) -> None:
    pasted = rw.Segment(results.users_in_campaign().users.head(9), name="pasted", rule="by hand")
    alone = rw.Audience(pasted)._audience["segment"]
    assert (alone["size"], alone["campaign"], alone["reach"]) == (9, None, [])
    beside = rw.Audience(pasted, results=results)._audience["segment"]
    assert beside["campaign"]["entered"] == 9
    assert beside["reach"][0]["users"] == 9


def test_no_one_is_an_audience_too(parts: tuple[rw.Segment, ...]) -> None:
    nobody = (parts[0] - parts[0]).named("Nobody")
    widget = rw.Audience(nobody)
    shown = widget._audience["segment"]
    assert (shown["size"], shown["campaign"]["entered"]) == (0, 0)
    assert {row["share"] for row in shown["reach"]} == {None}
    assert asked(widget, "sample", token=1, seed=0)["rows"] == []
    assert asked(widget, "profile", token=1)


def test_another_segment_can_be_shown_from_python(parts: tuple[rw.Segment, ...]) -> None:
    widget = rw.Audience(parts[0])
    before = widget._audience["segment"]["token"]
    widget.segment = parts[1]
    assert widget._audience["segment"]["size"] == len(parts[1])
    # Another view may still show the first one, and is answered about that.
    assert (
        asked(widget, "profile", token=before) == parts[0].profile(values=8, min_users=2).to_dicts()
    )
    widget.segment = None
    assert widget._audience["segment"] is None


# ------------------------------------------------------------------------------ several segments


def test_overlap_is_the_frames_and_each_part_a_door(parts: tuple[rw.Segment, ...]) -> None:
    widget = rw.Audience(*parts)
    overlap = widget._audience["overlap"]
    frame = parts[0].overlap(*parts[1:])
    assert [row["users"] for row in overlap] == frame["users"].to_list()
    for row in overlap:
        head = asked(widget, "segment", parts=row["parts"])
        assert head["size"] == row["users"] == len(ids(widget.segment))
        assert widget._audience["segment"] == {
            **head,
            "reach": widget._audience["segment"]["reach"],
        }
    total = ids(parts[0] | parts[1] | parts[2])
    assert sum(row["users"] for row in overlap) == len(total)
    asked(widget, "segment", parts=[None, True, None])
    assert ids(widget.segment) == ids(parts[1])
    asked(widget, "segment", parts=[True, False, None])
    assert ids(widget.segment) == ids(parts[0]) - ids(parts[1])


def test_a_name_may_come_twice(parts: tuple[rw.Segment, ...]) -> None:
    widget = rw.Audience(parts[0].named("users"), parts[1].named("users"))
    assert [one["name"] for one in widget._audience["sets"]] == ["users", "users (2)"]


@pytest.mark.parametrize(
    "wrong",
    [None, "all", [], [True], [None, None], [False, None], [True, 1.5], [True, "no"], [[], True]],
)
def test_malformed_parts_are_refused(parts: tuple[rw.Segment, ...], wrong: object) -> None:
    widget = rw.Audience(parts[0], parts[1])
    assert "the request names" in refused(widget, "segment", parts=wrong)["message"]
    assert widget.segment is parts[0]


def test_arguments_that_are_no_segments_are_refused(
    results: rw.Results, parts: tuple[rw.Segment, ...]
) -> None:
    with pytest.raises(TypeError, match=r"takes segments, found Results; make one with results\."):
        rw.Audience(results)  # type: ignore[arg-type]
    with pytest.raises(rw.QueryError, match="shows one to 6 segments, found 0"):
        rw.Audience()
    with pytest.raises(rw.QueryError, match="shows one to 6 segments, found 7; combine some"):
        rw.Audience(*[parts[0]] * 7)
    numbers = rw.Segment(pl.DataFrame({"user_id": [1]}), name="numbers", rule="r")
    with pytest.raises(rw.QueryError, match="ids of type"):
        rw.Audience(parts[0], numbers)


# ------------------------------------------------------------------------------------------ saved


def test_save_button_saves_in_the_store(parts: tuple[rw.Segment, ...], tmp_path: Path) -> None:
    store = rw.SegmentStore(tmp_path / "segments.db")
    widget = rw.Audience(parts[0], store=store)
    for version in (1, 2):
        saved = asked(widget, "save", token=1, name="  Openers “ü” ")
        assert saved == {
            "name": "Openers “ü”",
            "version": version,
            "code": "rw.SegmentStore('segments.db').load(\"Openers “ü”\")",
            "keep": "",
        }
    assert ids(store.load("Openers “ü”")) == ids(parts[0])
    for wrong in (None, " ", "x" * 201, 7):
        assert "needs a name to be saved" in refused(widget, "save", token=1, name=wrong)["message"]


def test_without_a_store_it_is_kept_in_the_session_and_says_how_to_keep_it_longer(
    results: rw.Results, parts: tuple[rw.Segment, ...]
) -> None:
    audience = rw.Audience(parts[0])
    for name in ("a", 'b "quoted"'):
        saved = asked(audience, "save", token=1, name=f" {name} ")
        assert (saved["name"], saved["version"]) == (name, None)
        assert saved["keep"] == "audience.store = rw.SegmentStore()"
        # The code that is copied gives the users.
        found = eval(saved["code"], {"audience": audience})
        assert ids(found) == ids(parts[0])
        assert found.name == name
    assert list(audience.saved) == ["a", 'b "quoted"']
    dashboard = rw.Dashboard(results)
    head = asked(dashboard, "segment", of="campaign")
    assert head["code"] == "dashboard.segment"
    saved = asked(dashboard, "save", token=head["token"], name="a")
    assert saved["code"] == 'dashboard.saved["a"]'
    with pytest.raises(TypeError):
        dashboard.saved["b"] = parts[0]  # type: ignore[index]


def test_default_store_is_a_file_in_the_working_folder(
    parts: tuple[rw.Segment, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    widget = rw.Audience(parts[0])
    widget.store = rw.SegmentStore()
    asked(widget, "save", token=1, name="a")
    assert [file.name for file in tmp_path.iterdir()] == ["segments.db"]


# -------------------------------------------------------------------------------- opened elsewhere


@pytest.mark.parametrize(
    "question", [{"of": "campaign"}, {"of": "action", "action": "reminder", "event": "opened"}]
)
def test_a_dashboard_opens_the_same_details(results: rw.Results, question: dict[str, str]) -> None:
    dashboard = rw.Dashboard(results)
    head = asked(dashboard, "segment", **question)
    segment = dashboard.segment
    assert segment is not None
    assert head["size"] == len(segment)
    reach = asked(dashboard, "reach", token=head["token"])
    assert [row["reachable"] for row in reach] == segment.reach()["reachable"].to_list()
    assert asked(dashboard, "profile", token=head["token"])
    assert len(asked(dashboard, "sample", token=head["token"], seed=1)["rows"]) == 10
    again = asked(dashboard, "segment", of="campaign")
    assert again["token"] != head["token"]
    assert asked(dashboard, "reach", token=head["token"]) == reach


def test_saved_are_the_users_on_screen_not_those_opened_since(
    results: rw.Results, tmp_path: Path
) -> None:
    dashboard = rw.Dashboard(results, store=rw.SegmentStore(tmp_path / "kept.db"))
    head = asked(dashboard, "segment", of="action", action="reminder")
    dashboard.selection.action = "offer-10"
    asked(dashboard, "save", token=head["token"], name="Reminded")
    assert dashboard.store is not None
    assert len(dashboard.store.load("Reminded")) == head["size"]


@pytest.mark.parametrize("token", [0, 99, "1", None, True, [1]])
def test_users_that_were_never_opened_are_refused(results: rw.Results, token: object) -> None:
    dashboard = rw.Dashboard(results)
    asked(dashboard, "segment", of="campaign")
    assert "open them again" in refused(dashboard, "reach", token=token)["hint"]


def test_only_the_last_opened_are_kept(results: rw.Results) -> None:
    dashboard = rw.Dashboard(results)
    heads = [asked(dashboard, "segment", of="campaign") for _ in range(20)]
    assert "too long ago" in refused(dashboard, "reach", token=heads[0]["token"])["message"]
    assert asked(dashboard, "reach", token=heads[-16]["token"])


@pytest.mark.parametrize("seed", [None, -1, 1.5, "1", True, 1 << 40])
def test_malformed_seeds_are_refused(parts: tuple[rw.Segment, ...], seed: object) -> None:
    assert (
        "seed of a sample is a whole number"
        in refused(rw.Audience(parts[0]), "sample", token=1, seed=seed)["message"]
    )


# --------------------------------------------------------------------------------- what is not said


def test_no_user_is_in_state_report_or_tables(results: rw.Results, tmp_path: Path) -> None:
    dashboard = rw.Dashboard(results)
    head = asked(dashboard, "segment", of="action", action="we-miss-you")
    audience = rw.Audience(results.users("unique_converters"), results.users_in_action("reminder"))
    for widget, token in ((dashboard, head["token"]), (audience, 1)):
        asked(widget, "profile", token=token)
        asked(widget, "sample", token=token, seed=0)
    page = dashboard.to_html(tmp_path / "report.html").read_text()
    shown = audience._repr_mimebundle_()
    assert shown is not None
    texts = [state_text(dashboard), state_text(audience), page, repr(shown[0]), repr(audience)]
    people = results.users_in_campaign().users
    for text in texts:
        assert users_in(text, people["user_id"]) == set()
    # Of single users' attributes nothing is kept either.
    days = people["signed_up"].cast(pl.String).unique()
    assert not any(day in text for day in days for text in (texts[1], texts[3]))


def test_tables_stand_in_where_no_script_runs(parts: tuple[rw.Segment, ...]) -> None:
    widget = rw.Audience(parts[0].named(HOSTILE), parts[1])
    shown = widget._repr_mimebundle_()
    assert shown is not None
    html = shown[0]["text/html"]
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html
    assert f"{len(parts[0]):,} users" in shown[0]["text/plain"]
    for caption in ("Users", "Overlap", "Reach"):
        assert f"<caption>{caption}</caption>" in html


def test_state_is_small_plain_and_private(parts: tuple[rw.Segment, ...]) -> None:
    widget = rw.Audience(*parts)
    assert len(json.dumps(widget._audience, allow_nan=False)) < 20_000
    ours = set(widget.keys) - set(DOMWidget().keys)
    assert [name for name in ours if not name.startswith("_")] == []
