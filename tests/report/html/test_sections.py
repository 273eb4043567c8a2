"""What follows the dashboard on a saved page."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.cli.main import main
from tests.support.loops import some


@pytest.fixture(scope="module")
def results() -> rw.Results:
    """Somebody named an action and a channel as if they were markup."""
    campaign, events, users = rw.datasets.generate(200, seed=1)
    first = replace(campaign.actions[0], name="<b>Mail</b> & more")
    return rw.Results(
        replace(campaign, actions=(first, *campaign.actions[1:])), events, users, time_zone="UTC"
    )


@pytest.fixture(scope="module")
def many(results: rw.Results) -> pl.DataFrame:
    """Paths as if more of them had led to conversions than a page shows."""
    found = results.paths()
    assert found.height < 20
    path = ["we-miss-you", "reminder"]
    row = {"path": [path], "conversions": [2], "value": [1.5], "share": [0.01]}
    return pl.concat([found, *[pl.DataFrame(row)] * (30 - found.height)])


@pytest.fixture(scope="module")
def page(results: rw.Results, many: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with several sections: its views take longest, and once are enough for all that follows them."""
    sections: dict[str, Any] = {
        "paths": many,
        "dialects": results.dialects(["default", "iterable", "leanplum"]),
        "sensitivity": results.sensitivity("converted_rate"),
    }
    path = results.to_html(tmp_path_factory.mktemp("page") / "page.html", **sections)
    return path.read_text(encoding="utf-8")


def cells_of(page: str, heading: str) -> list[list[str]]:
    """The cells of a section's rows, as they stand in the page."""
    assert page.count(f'aria-label="{heading}"') == 2 - (heading != "Paths to conversion")
    section = page.partition(f'<section class="rw-reconcile" aria-label="{heading}"')[2]
    body = section.partition("</section>")[0].partition("<tbody>")[2]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in some(body.split("<tr>")[1:])]
    # The heads of a second table have none.
    return [row for row in rows if row]


def test_page_has_paths_whose_steps_are_text_and_adds_up_what_is_not_shown(
    page: str, many: pl.DataFrame
) -> None:
    rows = cells_of(page, "Paths to conversion")
    assert rows[0][0].startswith("<bdi>&lt;b&gt;Mail&lt;/b&gt; &amp; more</bdi>")
    assert rows[19][0] == "<bdi>&lt;b&gt;Mail&lt;/b&gt; &amp; more</bdi> → <bdi>Reminder</bdi>"
    assert rows[20] == ["10 other paths", "20", "10.0\u202f%", "15"]
    assert [int(one[1]) for one in rows[:20]] == many["conversions"][:20].to_list()


def test_page_has_each_number_on_which_the_sets_differ_with_its_reason(
    results: rw.Results, page: str
) -> None:
    found = results.dialects(["default", "iterable", "leanplum"])
    rows = cells_of(page, "By the definitions of other tools")
    of_opens = [row[1:] for row in rows if row[0] == "Unique open rate (Email)"]
    rates = found.filter(channel="email", metric="unique_open_rate")
    reasons = dict(rates.select("set", "reason").iter_rows())
    assert [row[0] for row in of_opens] == ["default", "iterable", "leanplum"]
    assert [row[3] for row in of_opens] == ["", reasons["iterable"], reasons["leanplum"]]
    assert of_opens[0][1:3] == ["41.5\u202f%", "0"]
    differing = found.filter(pl.col("reason").is_not_null())
    numbers = {(row[0], row[4]) for row in rows if row[4]}
    assert len(numbers) == len({*differing.select("channel", "metric", "reason").iter_rows()})
    same = found.select("channel", "metric").n_unique() - len({row[0] for row in rows})
    told = re.findall(r">(\d+) other numbers are the same under every set\.<", page)
    assert sum(map(int, told)) == same
    assert "iterable differs further: unique clicks are divided by users who opened" in page


def test_page_folds_all_but_the_key_numbers_and_paper_says_how_many_it_leaves_out(
    results: rw.Results, tmp_path: Path
) -> None:
    found = results.dialects()
    page = results.to_html(tmp_path / "page.html", dialects=found).read_text(encoding="utf-8")
    section = page.partition('aria-label="By the definitions of other tools"')[2]
    key, _, folded = section.partition("</section>")[0].partition("<details><summary>")
    count, _, others = folded.partition("</summary>")
    assert ">Unique open rate (Email)<" in key
    assert ">Value per entry<" not in key
    assert ">Value per entry<" in others
    assert f"Not printed: {count}." in others
    numbers = found.select("channel", "metric").n_unique()
    assert 0 < int(count.removesuffix(" other numbers")) < numbers
    # Of one set alone that has no key number, nothing is left to fold.
    few = found.filter(pl.col("metric") == "value_per_entry")
    page = results.to_html(tmp_path / "page.html", dialects=few).read_text(encoding="utf-8")
    assert ">Value per entry<" in page
    assert "<details><summary>" not in page


def test_sections_are_what_their_methods_return_and_no_other(
    results: rw.Results, tmp_path: Path
) -> None:
    path, other = tmp_path / "page.html", results.overview()
    with pytest.raises(rw.QueryError, match=r"paths is a DataFrame; pass what results\.paths\(\)"):
        results.to_html(path, paths=other)
    with pytest.raises(rw.QueryError, match=r"pass what results\.dialects\(\) returns"):
        results.to_html(path, dialects=other)
    with pytest.raises(rw.QueryError, match="the counts of paths would give them away"):
        results.to_html(path, paths=results.paths(), min_cell=5)
    named: Any = {"nothing": other}
    with pytest.raises(TypeError, match="no argument 'nothing'; it takes attribution, paths"):
        results.to_html(path, **named)
    assert not path.exists()


def test_command_line_adds_each_section_that_it_is_asked_for(tmp_path: Path) -> None:
    campaign, events, _ = rw.datasets.generate(60, seed=1)
    campaign.to_json(tmp_path / "campaign.json")
    events.lazy().collect().write_parquet(tmp_path / "events.parquet")
    target = tmp_path / "report.html"
    files = [str(tmp_path / name) for name in ("campaign.json", "events.parquet")]
    flags = ["--attribution", "--paths", "--sensitivity", "--dialects"]
    assert main(["report", *files, "-o", str(target), *flags, "--time-zone", "UTC", "--quiet"]) == 0
    headings = re.findall(
        r"<section class=\"rw-reconcile\" aria-label=\"(.*?)\"", target.read_text()
    )
    assert headings == [
        "Who gets the credit",
        "Paths to conversion",
        "Under other usual rules",
        "By the definitions of other tools",
    ]


def test_page_has_a_section_with_every_finding(results: rw.Results, page: str) -> None:
    found = results.sensitivity("converted_rate")
    assert page.count('aria-label="Under other usual rules"') == 1
    section = unescape(page.partition('aria-label="Under other usual rules"')[2])
    rows = found.rows_as_text()
    assert rows
    assert [one for one in found.sentences if one not in section] == []
    assert [cell for row in rows for cell in row if f">{cell}</td>" not in section] == []


def test_what_would_reveal_small_counts_or_is_something_else_is_refused(tmp_path: Path) -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    found = results.sensitivity("converted_rate")
    with pytest.raises(rw.QueryError, match="the steps of sensitivity would give them away"):
        results.to_html(tmp_path / "page.html", sensitivity=found, min_cell=5)
    table: Any = found.table
    with pytest.raises(rw.QueryError, match=r"pass what results\.sensitivity\(\) returns"):
        results.to_html(tmp_path / "page.html", sensitivity=table)


def test_every_page_has_the_range_after_its_verdict_but_where_small_counts_are_hidden(
    results: rw.Results, page: str, tmp_path: Path
) -> None:
    line = results.sensitivity("converted_rate").line
    (said,) = re.findall(r'<p class="rw-said">(.*?)</p>', page)
    assert said.endswith(f" {line}.")
    hidden = results.to_html(tmp_path / "hidden.html", min_cell=5).read_text(encoding="utf-8")
    (said,) = re.findall(r'<p class="rw-said">(.*?)</p>', hidden)
    assert "usual rules" not in said
