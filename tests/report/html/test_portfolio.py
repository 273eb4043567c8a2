"""A portfolio as pages: a summary that says what the campaigns' own numbers say, and a page for each."""

import json
import re
from dataclasses import replace
from html import escape, unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.cli.main import main
from results_widgets.errors import QueryError
from results_widgets.report.html.portfolio import _row, sparkline
from results_widgets.view_model.campaign_row import TrendPoint, campaign_row
from results_widgets.view_model.told_verdict import told_verdict
from tests.support.loops import some
from tests.support.portfolios import drawn

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")


ONE_VIEW = ("--min-cell", "1")
"""Pages that hide nothing, as no count is below 1, and hold one view of their numbers in place of eleven."""


def generated(seed: int, **more: Any) -> rw.Results:
    campaign, events, users = rw.datasets.generate(400, seed=seed)
    return rw.Results({**campaign.to_dict(), **more}, events, users, time_zone="UTC")


@pytest.fixture(scope="module")
def portfolio() -> rw.Portfolio:
    return rw.Portfolio(
        {"Spring <b>sale</b>": generated(1), "Ünal & Söhne": generated(2, status="finished")}
    )


@pytest.fixture(scope="module")
def folder(portfolio: rw.Portfolio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return portfolio.to_html(tmp_path_factory.mktemp("pages") / "march").parent


def rows_of(page: str) -> list[list[str]]:
    """The rows of the first table, as text."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[unescape(re.sub("<[^>]+>", "", cell)) for cell in row] for row in cells]


def test_summary_says_what_each_campaign_says(portfolio: rw.Portfolio, folder: Path) -> None:
    page = (folder / "index.html").read_text(encoding="utf-8")
    for (name, results), row in zip(portfolio.items(), some(rows_of(page)), strict=True):
        overview = results.overview(interval=0.95).filter(metric="converted_rate")
        value, low, high = overview.select("value", "low", "high").row(0)
        assert row[0].startswith(name)
        assert row[2] == f"{results.overview().filter(metric='users')['value'].item():,.0f}"
        assert (
            row[3] == f"{100 * value:.1f}\u202f% {100 * low:.1f}\u202f% to {100 * high:.1f}\u202f%"
        )
        maturity = results.maturity().row(0, named=True)
        assert row[7] == f"{100 * (1 - maturity['open'] / maturity['entries']):.0f}\u202f%"
    assert "Finished" in page
    assert "<b>sale" not in page


def test_lift_is_that_of_all_treatments_together(portfolio: rw.Portfolio) -> None:
    for _, results in some([*portfolio.items()]):
        row, experiment = campaign_row(results), results.experiment()
        assert row.lift is not None
        extra = experiment.incremental.filter(arm="all", metric="conversions")
        assert row.lift.difference == pytest.approx(extra["per_user"].item())
    nobody = next(iter(drawn(3).results().values()))
    events = nobody._session.source.events
    assert isinstance(events, pl.DataFrame)
    without = events.filter(pl.col("event") != "held_back")
    one = rw.Results(nobody.campaign, without, time_zone="UTC")
    assert campaign_row(one).lift_text == "no holdout"


def test_every_campaign_has_a_page_that_the_summary_links(folder: Path) -> None:
    page = (folder / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"]+)"', page)
    assert links == ["1-spring-b-sale-b.html", "2-nal-s-hne.html"]
    assert {one.name for one in folder.iterdir()} == {"index.html", *links}
    for link in some(links):
        assert "data-rw-report" in (folder / link).read_text(encoding="utf-8")
    assert "http://" not in page
    assert "https://" not in page


def test_what_campaigns_share_is_below(portfolio: rw.Portfolio, folder: Path) -> None:
    page = (folder / "index.html").read_text(encoding="utf-8")
    credit, sets = portfolio.credit(), portfolio.combinations()
    several = sets.filter(pl.col("number") > 1)["users"].sum()
    assert f"{several:,} of {sets['users'].sum():,} users are in more than one campaign" in page
    assert f"{credit['claimed'].sum():,} conversions are claimed" in page
    drawn_ = re.findall(r'<svg class="rw-chart" role="img" aria-label="([^"]+)"', page)
    assert drawn_[:2] == [
        "Share of each campaign&#x27;s users who are in another one",
        "Users in exactly these campaigns",
    ]
    assert "Share of users who responded, by messages in a week" in drawn_
    overlap = portfolio.overlap()
    one, other, users, share = overlap.row(0)
    assert f"{escape(one)} and {escape(other)}: {users:,} users, {100 * share:.0f}\u202f%" in page
    hours = portfolio.heatmap("conversions").filter(pl.col("value") > 0)
    cells = page.partition("<h3>Hour and weekday</h3>")[2].partition("</section>")[0]
    assert cells.count("<rect") == hours.height


def test_a_script_draws_the_table_and_shows_what_the_static_one_says(
    portfolio: rw.Portfolio, folder: Path
) -> None:
    page = (folder / "index.html").read_text(encoding="utf-8")
    found = re.search(r"data-rw-page>([^<]*)</script>", page)
    assert found is not None
    (widget,) = json.loads(found[1])["widgets"]
    for row, static in zip(some(widget["state"]["_campaigns"]["rows"]), rows_of(page), strict=True):
        assert (folder / row["href"]).is_file()
        assert row["numbers"]["entries_text"] == static[2]
        assert row["numbers"]["detail"]["title"] == told_verdict(portfolio[row["name"]], 5).title


def test_small_counts_are_hidden(portfolio: rw.Portfolio, tmp_path: Path) -> None:
    page = portfolio.to_html(tmp_path / "few", min_cell=10_000).read_text(encoding="utf-8")
    for row in some(rows_of(page)):
        assert row[2:] == ["–"] * 6
    assert "What campaigns share" not in page
    assert "data-rw-page" not in page
    assert "counts from 1 to 9999" in page


@pytest.mark.parametrize(
    ("entries", "converted", "is_told"),
    [
        (50, 10, True),
        (5, 0, True),
        (50, 5, True),
        (4, 0, False),
        (50, 4, False),
        (50, 46, False),
        # Nobody knows who converted.
        (50, None, True),
        (4, None, False),
        # Nobody knows who entered.
        (None, 5, True),
        (None, 4, False),
    ],
)
def test_a_row_that_hides_small_counts_tells_entries_and_rate_where_neither_reveals_one(
    portfolio: rw.Portfolio, entries: float | None, converted: float | None, is_told: bool
) -> None:
    columns = ["entries", "rate", "lift", "value", "trend", "ripe", "unique_users"]
    row = replace(
        campaign_row(next(iter(portfolio.items()))[1]), entries=entries, converted=converted
    )
    ((_, *cells),) = rows_of(f"<tbody>{_row('One', 'one.html', row, 5, columns)}</tbody>")
    assert [one != "–" for one in cells] == [is_told] * 2 + [False] * 5
    ((_, *cells),) = rows_of(f"<tbody>{_row('One', 'one.html', row, 0, columns)}</tbody>")
    assert "–" not in cells


def test_roll_ups_have_a_row_and_a_page(portfolio: rw.Portfolio, tmp_path: Path) -> None:
    (name, one), _ = portfolio.items()
    rolled = one.rollup("1d").results(time_zone="UTC")
    page = rw.Portfolio({name: rolled}).to_html(tmp_path / "rolled").read_text(encoding="utf-8")
    (row,) = rows_of(page)
    assert row[4] == "not compared"
    assert row[2] == f"{one.overview().filter(metric='users')['value'].item():,.0f}"


def test_columns_are_those_asked_for_in_the_table_and_in_its_script(
    portfolio: rw.Portfolio, tmp_path: Path
) -> None:
    columns = ["unique_users", "rate", "conversions"]
    page = portfolio.to_html(tmp_path / "own", columns=columns).read_text(encoding="utf-8")
    assert '"columns": ["unique_users", "rate", "conversions"]' in page
    for (_, results), row in zip(portfolio.items(), some(rows_of(page)), strict=True):
        assert row[1] == f"{results.unique_users():,}"
        assert row[3] == f"{results.overview().filter(metric='conversions')['value'].item():,.0f}"
        assert len(row) == 4
    hidden = portfolio.to_html(tmp_path / "few", min_cell=10_000, columns=columns)
    assert all(row[1:] == ["–"] * 3 for row in some(rows_of(hidden.read_text(encoding="utf-8"))))
    with pytest.raises(QueryError, match="unknown column 'luck'"):
        portfolio.to_html(tmp_path / "none", columns=["luck"])
    assert not (tmp_path / "none").exists()


def test_a_file_in_the_way_is_refused(portfolio: rw.Portfolio, tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("")
    with pytest.raises(QueryError, match="is a file; a portfolio is written as a folder"):
        portfolio.to_html(tmp_path / "pages")


def test_trend_is_dashed_where_it_ripens() -> None:
    points = (
        TrendPoint(0.1, True),
        TrendPoint(0.2, True),
        TrendPoint(None, False),
        TrendPoint(0.1, False),
    )
    drawing = sparkline(points)
    solid, dashed = re.findall(r'points="([^"]+)"', drawing)
    assert solid == "0.0,10.0 32.0,1.0"
    assert dashed == "32.0,1.0 96.0,10.0"
    assert drawing.count("stroke-dasharray") == 1
    assert sparkline(points[:1]) == ""
    assert "NaN" not in sparkline((TrendPoint(0.0, True), TrendPoint(0.0, True)))


def test_command_writes_the_pages_of_a_month_with_the_columns_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for seed in (1, 2):
        rw.datasets.generate(100, seed=seed, path=tmp_path / "campaigns" / f"{seed}")
    out = tmp_path / "pages"
    command = ["report", str(tmp_path / "campaigns"), "--month", "2026-03", "-o", str(out)]
    command += ["--columns", "rate, entries"]
    assert main([*command, "--time-zone", "UTC", *ONE_VIEW]) == 0
    assert "2 campaigns" in capsys.readouterr().out
    page = (out / "index.html").read_text(encoding="utf-8")
    expected = (
        rw.Portfolio.load(tmp_path / "campaigns", time_zone="UTC").month("2026-03").overview()
    )
    entries = expected.filter(metric="users")["value"].to_list()
    rates = expected.filter(metric="converted_rate")["value"].to_list()
    for row, users, rate in zip(rows_of(page), entries, rates, strict=True):
        _, converted, count = row
        assert converted.startswith(f"{100 * rate:.1f}\u202f% ")
        assert count == f"{users:,.0f}"
    assert "2026-03-01" in page


def test_campaigns_without_an_entry_in_the_month_are_named_and_have_no_page(tmp_path: Path) -> None:
    campaign, events, users = rw.datasets.generate(60, seed=1)
    rows = events.lazy().collect()
    later = rows.with_columns(pl.col("timestamp") + pl.duration(days=120))
    both = rw.Portfolio(
        {
            name: rw.Results(campaign, some, users, time_zone="UTC")
            for name, some in (("Now", rows), ("<b>Later", later))
        }
    )
    page = both.month("2026-03").to_html(tmp_path / "march", min_cell=1)
    text = page.read_text(encoding="utf-8")
    assert sorted(one.name for one in page.parent.iterdir()) == ["1-now.html", "index.html"]
    assert "Left out, since nobody entered in this range: <bdi>&lt;b&gt;Later</bdi>." in text
    assert [row[0] for row in rows_of(text)] == ["Now"]
    page = both.month("2020-01").to_html(tmp_path / "nobody", min_cell=1)
    assert len([*page.parent.iterdir()]) == 3
    assert "Left out" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--fail-if", "users < 3"], "--fail-if"),
        (["--by", "variant"], "--by"),
        (["--format", "pdf"], "--format"),
        (["--range", "today"], "--range"),
        (["--month", "March"], "is not a month"),
        (["--columns", "entries,luck"], "unknown column 'luck'; known: channels, entries, rate, "),
        (["--columns", "entrys"], "did you mean 'entries'?"),
    ],
)
def test_command_refuses_what_is_of_one_campaign_and_what_it_does_not_know(
    more: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rw.datasets.generate(20, seed=1, path=tmp_path / "campaigns" / "one")
    out = ["-o", str(tmp_path / "pages")]
    assert main(["report", str(tmp_path / "campaigns"), *out, *more]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "pages").exists()


def test_command_takes_the_month_of_one_campaign_and_no_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rw.datasets.generate(20, seed=1, path=tmp_path / "one")
    out = tmp_path / "page.html"
    command = ["report", str(tmp_path / "one"), "-o", str(out), "--month", "2026-03"]
    assert main([*command, "--quiet", *ONE_VIEW]) == 0
    assert out.is_file()
    assert main([*command, "--columns", "entries"]) == 2
    assert "is a single campaign, and --columns is of the table of several" in (
        capsys.readouterr().err
    )
