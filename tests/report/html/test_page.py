"""Reports as files: what is in them, what is never in them, and what they say about themselves."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.cli.main import main
from results_widgets.definitions import OFFERED
from results_widgets.report import Options, as_page
from results_widgets.report.html import write
from results_widgets.report.html.series_pool import Pool
from results_widgets.view_model.selection import RANGES
from tests.support.loops import some
from tests.support.named_users import users_in
from tests.support.saved_pages import every_choice, unpacked


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(1500, seed=4), time_zone="America/Los_Angeles")


@pytest.fixture(scope="module")
@every_choice()
def page(results: rw.Results, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = results.to_html(tmp_path_factory.mktemp("page") / "report.html")
    return path.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    campaign, events, users = rw.datasets.generate(300, seed=4)
    frames = {"events": events, "users": users}
    for name, frame in frames.items():
        assert isinstance(frame, pl.DataFrame)
        frame.write_parquet(tmp_path / f"{name}.parquet")
    known = rw.Campaign.from_json(campaign)
    (tmp_path / "campaign.json").write_text(json.dumps(known.to_dict()), encoding="utf-8")
    return tmp_path


def pooled(pool: Sequence[Any], place: int) -> list[float | None]:
    """Values by their place, unfolded as the browser does."""
    entry = pool[place]
    if isinstance(entry, list):
        return entry
    if "part" in entry:
        return pooled(pool, entry["part"])[entry["from"] : entry["from"] + entry["length"]]
    steps = entry["steps"] if "steps" in entry else pooled(pool, entry["sum"])
    # Amounts without a fraction are whole numbers in JSON.
    return pl.Series(steps, strict=False).cum_sum().to_list()


def line(data: dict[str, Any], block: dict[str, Any], name: str) -> list[float | None]:
    reference = block["lines"][name]
    if isinstance(reference, int):
        return pooled(data["pool"], reference)
    top, bottom = (pooled(data["pool"], place) for place in reference)
    return [a / b if a is not None and b else None for a, b in zip(top, bottom, strict=True)]


def test_a_reader_of_a_page_has_every_choice(page: str) -> None:
    chosen = [look["selection"] for look in unpacked(page)[0]["looks"]]
    assert {one["range"] for one in chosen} == {*RANGES} - {"custom"}
    assert {one["definitions"] for one in chosen} == {*OFFERED}
    for name in ("developers", "machine_opens"):
        assert {one[name] for one in chosen} == {True, False}


def test_every_line_is_the_engines(results: rw.Results, page: str) -> None:
    data, _ = unpacked(page)
    seen = 0
    for look in data["looks"]:
        view = results
        if (
            look["selection"]["range"] not in ("whole", "30d")
            or not look["selection"]["developers"]
        ):
            continue
        chosen = look["selection"]
        if chosen["definitions"] != "default" or not chosen["machine_opens"]:
            continue
        if look["selection"]["range"] == "30d":
            view = rw.Selection(range="30d").apply(results)
        for block in look["blocks"]:
            for name in list(block["lines"])[:: 1 + len(block["lines"]) // 25]:
                scope, owner, metric = name.split("|")
                of = {scope: owner} if scope != "campaign" else {}
                every, cumulative = block["every"], block["cumulative"]
                answer = view.explore(metric, **of, every=every, cumulative=cumulative)
                points, expected = line(data, block, name), answer["value"].to_list()
                assert [p is None for p in points] == [e is None for e in expected], (name, every)
                # Amounts are added up in no certain order.
                known = [p for p in points if p is not None]
                wanted = [e for e in expected if e is not None]
                assert known == pytest.approx(wanted, rel=1e-12), (name, every)
                seen += 1
    assert seen > 100


def test_no_user_and_no_attribute_is_in_a_page(results: rw.Results, page: str) -> None:
    campaign, _, users = rw.datasets.generate(1500, seed=4)
    del campaign
    assert isinstance(users, pl.DataFrame)
    _, raw = unpacked(page)
    text = page + raw.decode("utf-8", "replace")
    assert users_in(text, users["user_id"].cast(pl.String)) == set()
    for column in ("country", "age_group", "signed_up"):
        assert f'"{column}"' not in text


def test_columns_are_in_a_page_when_named(results: rw.Results, tmp_path: Path) -> None:
    path = results.to_html(tmp_path / "page.html", by=["platform"])
    data, _ = unpacked(path.read_text(encoding="utf-8"))
    assert data["looks"][0]["state"]["_options"]["by"] == ["platform"]
    with pytest.raises(rw.QueryError, match=r"platfrom.*did you mean 'platform'"):
        results.to_html(tmp_path / "page.html", by=["platfrom"])


def test_a_column_that_names_users_is_refused(tmp_path: Path) -> None:
    campaign, events, users = rw.datasets.generate(200, seed=4)
    assert isinstance(users, pl.DataFrame)
    named = users.with_columns(email=pl.col("user_id").cast(pl.String) + "@example.com")
    results = rw.Results(campaign, events, named, time_zone="UTC")
    with pytest.raises(rw.QueryError, match="'email' has no value that 5 users share"):
        results.to_html(tmp_path / "page.html", by=["email"])
    assert not list(tmp_path.iterdir())
    # Nor does a widget's state, which is saved into notebooks, hold a value of it.
    shown = rw.Explore(results, by="email")
    assert "would identify users" in shown._status["error"]["message"]
    assert "@example.com" not in str(shown.get_state())
    # In code, where nothing is saved or shown, every column can be asked for.
    assert results.explore("users", by="email").height > 200


def test_a_page_says_what_it_is_made_of(results: rw.Results, page: str) -> None:
    for text in ("Data as of", "America/Los_Angeles", f"results-widgets {rw.__version__}"):
        assert text in page
    assert re.search(r"<dt>SHA-256 of the input</dt><dd>[0-9a-f]{64}</dd>", page)
    assert "results.to_html(&#x27;report.html&#x27;)" in page
    assert not re.search(r"""(src|href)=["']?http""", page)


def test_a_page_is_small_and_the_same_again(results: rw.Results, page: str) -> None:
    assert len(page.encode()) < 2_000_000
    options = Options(min_cell=5)
    assert as_page(results, options) == as_page(results, options)


def test_the_plain_tables_hold_the_numbers(results: rw.Results, page: str) -> None:
    plain = page[page.index('id="rw-tables"') : page.index("</main>")]
    assert f"<td>{results.unique_users():,}</td>" in plain
    for action in results.campaign.actions:
        assert f'<td><span dir="auto">{action.label}</span></td>' in plain


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    campaign, events, users = rw.datasets.generate(200, seed=2)
    said: dict[str, Any] = rw.Campaign.from_json(campaign).to_dict()
    said["name"] = "</script><script>alert(1)</script><!--"
    said["actions"][0]["name"] = "</main></span><img src=x onerror=alert(2)>"
    hostile = rw.Results(said, events, users, time_zone="UTC")
    # One view: names are written in the same places of each.
    path = hostile.to_html(tmp_path / "page.html", min_cell=1)
    page = path.read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<img" not in page
    assert page.count("</main>") == 1


def test_nothing_is_left_when_a_page_cannot_be_written(
    results: rw.Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        # Told before anything is computed, which may take minutes.
        patch.setattr(write, "as_page", lambda *_: pytest.fail("the page was made in vain"))
        with pytest.raises(OSError, match="nowhere"):
            results.to_html(tmp_path / "nowhere" / "page.html")
    kept = tmp_path / "page.html"
    kept.write_text("old")
    with pytest.raises(rw.QueryError, match="unknown column 'nothing'"):
        results.to_html(kept, by=["nothing"])
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert kept.read_text() == "old"


def test_values_are_kept_once_and_unfold() -> None:
    pool = Pool()
    whole = (4.0, 0.0, 2.0, 7.0, 1.0, 3.0)
    added = (4.0, 4.0, 6.0, 13.0, 14.0, 17.0)
    odd = (0.5, None, 3.0, 2.0)
    places = [
        pool.add(whole),
        pool.add(whole[1:5], part_of=0),
        pool.add(added, sum_of=0),
        pool.add(odd),
        pool.add((1.0, 1.0, 5.0, 6.0)),
    ]
    assert pool.add(whole) == places[0]
    entries: list[Any] = pool.entries
    assert entries[1] == {"part": 0, "from": 1, "length": 4}
    assert entries[2] == {"sum": 0}
    assert pooled(entries, 3) == list(odd)
    assert pooled(entries, 4) == [1, 1, 5, 6]


def test_command_writes_checks_and_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "out.html"
    words = ["report", str(folder), "-o", str(out), "--time-zone", "UTC", "--min-cell", "5"]
    assert main([*words, "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    assert "--min-cell 5" in out.read_text(encoding="utf-8")
    assert main([*words, "--json", "--fail-if", "conversion_rate < 100%"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["bytes"] == out.stat().st_size
    assert said["failed"][0]["condition"] == "conversion_rate < 1"
    assert main([*words, "--fail-if", "conversion_rate > 2", "--quiet"]) == 0


@pytest.mark.parametrize(
    ("more", "advice"),
    [
        (["--fail-if", "import os"], "cannot read the condition"),
        (["--fail-if", "conversion_rat < 1"], "did you mean 'conversion_rate'"),
        (["--format", "html", "--start", "1 May"], "write days as 2026-03-01"),
        (["--zone", "Mars/Phobos"], "Mars/Phobos"),
    ],
)
def test_command_refuses_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str], more: list[str], advice: str
) -> None:
    out = folder / "out.html"
    assert main(["report", str(folder), "-o", str(out), *more]) == 2
    assert advice in capsys.readouterr().err
    assert not out.exists()


def test_a_page_with_hidden_counts_has_no_users_by_day(results: rw.Results, page: str) -> None:
    def cells(text: str) -> list[dict[str, Any]]:
        return [look["cells"] for look in unpacked(text)[0]["looks"]]

    assert any(cells(page))
    hidden = cells(as_page(results, Options(min_cell=5)))
    assert hidden == [{}] * len(some(hidden))


def test_a_page_keeps_lines_beside_another_campaign_but_no_small_counts() -> None:
    mine, other = (
        rw.Results(*rw.datasets.generate(60, seed=seed), time_zone="UTC") for seed in (1, 2)
    )
    shown = rw.Dashboard(mine, metric="exits", every="1w", compare=other)
    data, _ = unpacked(as_page(shown.results, Options(shown.selection)))
    kept = [one["chart"]["key"] for one in data["looks"][0]["whole"]]
    assert [(key["metric"], key["every"]) for key in kept if key["compare"] == "campaign"] == [
        ("exits", "1w"),
        *[(one.key, "1d") for one in some(mine._session.metrics()) if one.by_column],
    ]
    assert data["selection"]["compare"] == "campaign"
    assert data["looks"][0]["state"]["_options"]["compare"] == other.campaign.label
    hidden, _ = unpacked(as_page(shown.results, Options(shown.selection, min_cell=5)))
    assert hidden["looks"][0]["whole"] == []
    assert hidden["looks"][0]["state"]["_options"]["compare"] is None


def test_a_report_says_what_is_serious_about_its_events() -> None:
    campaign, events, users = rw.datasets.generate(300, seed=4)
    events = events.lazy().collect()
    twice = events.head(200).with_columns(pl.col("event_id") + 10**9)
    doubtful = rw.Results(campaign, pl.concat([events, twice]), users, time_zone="UTC")
    words = "The events are in doubt: repeated but for its id (200 rows)."
    page = as_page(doubtful, Options(min_cell=1))
    assert words in json.dumps(unpacked(page)[0])
    sound = rw.Results(campaign, events, users, time_zone="UTC")
    assert "in doubt" not in json.dumps(unpacked(as_page(sound, Options(min_cell=1)))[0])


@pytest.mark.nightly
def test_a_year_of_twenty_actions_stays_small(tmp_path: Path) -> None:
    campaign, events, users = rw.datasets.generate(1500, seed=3)
    said = rw.Campaign.from_json(campaign).to_dict()
    actions = list(said["actions"])  # type: ignore[call-overload]
    doubled = actions + [
        {**a, "id": f"{a['id']}-2", "parent": a["parent"] and f"{a['parent']}-2"} for a in actions
    ]
    assert isinstance(events, pl.DataFrame)
    row = pl.int_range(pl.len())
    # Eight and a half times as long, a half of the rows on the second twenty.
    first = events["timestamp"].min()
    spread = events.with_columns(
        (pl.lit(first) + (pl.col("timestamp") - first) * 9).alias("timestamp"),
        pl.when(row % 2 == 0)
        .then(pl.col("action_id"))
        .otherwise(pl.col("action_id") + "-2")
        .alias("action_id"),
    )
    said.update(actions=doubled, started_at=None, finished_at=None)
    long = rw.Results(said, spread, users, time_zone="America/Los_Angeles")
    first_instant, last_instant = long._session.span()
    assert last_instant - first_instant > 360 * 86_400_000_000
    path = long.to_html(tmp_path / "page.html")
    size = path.stat().st_size
    print(f"{size:,} bytes, {len(doubled)} actions")  # noqa: T201
    assert size < 2_000_000
