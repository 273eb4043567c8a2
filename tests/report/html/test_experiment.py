"""The verdict in saved pages: it heads them, its tables stand in them, and no small count is given away."""

import base64
import gzip
import json
import re
import struct
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from tests.support.arms import HELD_BACK, closing, event, results, users
from tests.support.loops import some

GOOD = [users("A", 450, 45), users("B", 450, 90), users(HELD_BACK, 100, 8), closing()]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a campaign that worked, made once for all that look at it."""
    return page(results(*GOOD), tmp_path_factory.mktemp("good"))


@pytest.fixture(scope="module")
def of_two_days(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The first view of a page that opens with a range."""
    selection = rw.Selection(start="2026-03-01", end="2026-03-02")
    first, *_ = states(page(results(*GOOD), tmp_path_factory.mktemp("two"), selection=selection))
    return first


def page(found: rw.Results, folder: Path, **options: Any) -> str:
    """The text of a page without its packed state."""
    return found.to_html(folder / "page.html", **options).read_text(encoding="utf-8")


def static(text: str) -> str:
    """What stands on a page without its script."""
    return text[text.index('<div id="rw-tables"') : text.index("<details")]


def states(text: str) -> list[dict[str, Any]]:
    """The views that a page carries."""
    packed = re.search(r"data-rw-report>([^<]*)<", text)
    assert packed
    raw = gzip.decompress(base64.b64decode(packed[1]))
    (length,) = struct.unpack("<I", raw[:4])
    looks: list[dict[str, Any]] = json.loads(raw[4 : 4 + length])["looks"]
    return looks


def test_verdict_heads_the_page_and_what_it_stands_on_follows(good: str) -> None:
    found, text = results(*GOOD), static(good)
    verdict = found.experiment().verdict()
    assert f"<strong>{verdict.title}.</strong>" in text
    assert text.index(verdict.title) < text.index("rw-headline") < text.index("<h2>Experiment</h2>")
    assert "15 % off against 10 % off, control" in text
    assert "All treated against held back" in text
    for sentence in some(found.summary().sentences):
        escaped = sentence.text.removesuffix(".").replace("'", "&#x27;")
        assert text.count(escaped) == 1, sentence.text


def test_the_whole_campaigns_view_carries_it_and_others_do_not(good: str) -> None:
    views = states(good)
    whole = [
        view["state"]["_experiment"] for view in views if view["selection"]["range"] == "whole"
    ]
    assert whole[0]["kind"] == "unclear"
    assert whole[0]["code"] == "results.experiment()"
    others = [view for view in views if view["selection"]["range"] != "whole"]
    assert [view["state"]["_experiment"] for view in some(others)] == [{}] * len(others)


def test_a_page_that_opens_with_a_range_has_the_verdict_of_it(of_two_days: dict[str, Any]) -> None:
    assert of_two_days["state"]["_experiment"]["kind"] == "unclear"
    assert of_two_days["state"]["_experiment"]["code"] == ""


@pytest.mark.parametrize(("min_cell", "hidden"), [(8, False), (9, True)])
def test_a_small_count_behind_the_verdict_leaves_nothing_of_it(
    tmp_path: Path, min_cell: int, *, hidden: bool
) -> None:
    text = page(results(*GOOD), tmp_path, min_cell=min_cell)
    (view,) = states(text)
    state = view["state"]["_experiment"]
    assert (state["found"] is None) == hidden
    assert ("Whether it worked is not shown here" in static(text)) == hidden
    assert (state["kind"] == "unmeasured") == hidden


def test_rows_with_a_small_count_and_differences_over_time_go(tmp_path: Path) -> None:
    opened = [event(f"A{n}", "opened", 1) for n in range(100)]
    opened += [event(f"B{n}", "opened", 1) for n in range(3)]
    clicked = [event(f"{arm}{n}", "clicked", 1) for arm in "AB" for n in range(60)]
    found = results(*GOOD, opened, clicked)
    (view,) = states(page(found, tmp_path, min_cell=5))
    groups = view["state"]["_experiment"]["found"]["groups"]
    metrics = {row["metric"] for group in some(groups) for row in group["rows"]}
    assert "email:unique_clicked" in metrics
    assert "email:unique_opened" not in metrics
    assert [group["lines"] for group in groups] == [[]] * len(groups)


def test_how_conversions_ripen_stands_below_as_a_table(tmp_path: Path) -> None:
    late = [event(f"A{n}late", "sent", 25, "A") for n in range(12)]
    text = static(page(results(*GOOD, late), tmp_path))
    assert "<h2>How conversions ripen, by week of entry</h2>" in text
    rows = re.findall(r"<tr><td>(.*?)</td></tr>", text[text.index("Converted by age") :])
    cells = [re.sub("<.*?>", "|", row).split("||") for row in rows]
    # 135 of the 900 treated buy a day after they enter; the others are five days old.
    assert cells[0] == ["23 Feb–1 Mar 2026", "900", *["15.0\u202f%"] * 7]
    assert cells[1] == ["23–29 Mar 2026", "only 12", *["0\u202f%"] * 5, "not yet", "not yet"]


def test_a_page_without_small_counts_has_no_weeks(tmp_path: Path) -> None:
    text = page(results(*GOOD), tmp_path, min_cell=5)
    (view,) = states(text)
    assert view["state"]["_experiment"]["ripening"]["rows"] == []
    assert "Converted by age" not in static(text)
    assert "those of each week would give away counts below 5" in static(text)


def test_few_users_in_two_arms_are_not_counted_in_words(tmp_path: Path) -> None:
    crossed = [event("A0", "sent", 2, "B")]
    text = page(results(*GOOD, crossed), tmp_path, min_cell=5)
    assert "seen in two arms" not in static(text)


def test_arms_that_nobody_declared_and_few_have_are_not_named(tmp_path: Path) -> None:
    # What one user alone has is no arm at all.
    odd = [event(user, "sent", 0, "ann@example.com") for user in ("ann", "bob")]
    found = results(*GOOD, odd, variants=[{"id": "A"}, {"id": "B"}])
    text = page(found, tmp_path)
    assert "Not shown: 1 of its arms has fewer than 5 users" in static(text)
    assert "ann@example.com" not in text
    assert "ann@example.com" not in json.dumps(states(text))


def test_without_arms_the_page_says_what_would_be_needed(tmp_path: Path) -> None:
    rows = [[{**one, "variant": None} for one in users("A", 1000, 150)], closing()]
    text = static(page(results(*rows, variants=[], holdback=0), tmp_path))
    assert "no one was held back, so no lift is known" in text
    assert "<h2>Experiment</h2>" not in text


def test_a_page_has_the_sub_groups_of_its_columns_and_says_which_it_cannot_have(
    tmp_path: Path,
) -> None:
    ids = [
        f"{arm}{n}"
        for arm, count in (("A", 450), ("B", 450), (HELD_BACK, 100))
        for n in range(count)
    ]
    names = [f"c{place}" for place in range(5)]
    values = {name: ["x" if n % 2 else "y" for n in range(len(ids))] for name in names}
    found = results(*GOOD, users=pl.DataFrame({"user_id": ids, **values}))
    first, *_ = states(page(found, tmp_path, by=["variant", *names]))
    saved = first["state"]["_experiment"]["subgroups"]
    assert list(saved) == names
    assert saved["c4"] == "this page has those of the first 4 columns"
    told = found.experiment().subgroups("c0").filter(arm="A")
    (shown,) = [group for group in saved["c0"] if group["arm"] == "10 % off, control"]
    assert {row["label"]: row["relative"][0] for row in shown["rows"]} == dict(
        told.select("c0", "relative").iter_rows()
    )


def test_a_page_without_small_counts_has_no_sub_groups(tmp_path: Path) -> None:
    ids = [f"A{n}" for n in range(450)]
    people = pl.DataFrame({"user_id": ids, "plan": ["free"] * 450})
    found = results(*GOOD, users=people)
    (view,) = states(page(found, tmp_path, by=["plan"], min_cell=5))
    assert view["state"]["_experiment"]["subgroups"] == {}


def test_the_code_of_ripeness_is_of_the_whole_campaign_only(
    good: str, of_two_days: dict[str, Any]
) -> None:
    whole, *_ = states(good)
    assert whole["state"]["_experiment"]["ripening"]["code"][1] == "results.maturity()"
    assert of_two_days["state"]["_experiment"]["ripening"]["code"] == []
