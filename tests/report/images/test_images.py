"""Charts and the flow as pictures: the same on any machine, with the engine's numbers, and harmless."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest

import results_widgets as rw
from results_widgets._static import STATIC
from results_widgets.cli.main import main
from results_widgets.keys import Theme
from results_widgets.report.images.colours import PALETTES, mix
from results_widgets.report.images.flow_layout import CARD, Layout, layout_flow
from results_widgets.report.images.lettering import wrapped
from results_widgets.view_model.flow import flow_state
from tests.support.loops import some

ROOT = Path(__file__).resolve().parents[3]
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script>\u202egnorw & \x07" + "x" * 10_000


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(800, seed=3), time_zone="America/Los_Angeles")


def words(path: Path) -> list[str]:
    """The lines of text of a drawing, tooltips left out."""
    tree = ET.parse(path)
    return [
        "".join(t for t in [node.text, *(c.tail for c in node)] if t)
        for node in tree.iter(f"{SVG}text")
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("kind", "starts"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF-")]
)
def test_pictures_of_every_kind(
    results: rw.Results, tmp_path: Path, theme: Theme, kind: str, starts: bytes
) -> None:
    chart = results.save_chart(tmp_path / f"chart.{kind}", "users", by="variant", theme=theme)
    flow = results.save_flow(tmp_path / f"flow.{kind}", theme=theme)
    assert chart.read_bytes().startswith(starts)
    assert flow.read_bytes().startswith(starts)


def test_a_chart_is_the_same_on_machines_of_other_zones(tmp_path: Path) -> None:
    # Over the end of summer time in Los Angeles: a day of 25 hours, and an hour that comes twice.
    code = (
        "import sys, polars as pl, results_widgets as rw\n"
        "campaign, events, users = rw.datasets.generate(300, seed=3)\n"
        "events = events.with_columns(pl.col('timestamp').dt.offset_by('7mo12d'))\n"
        "results = rw.Results(campaign, events, users, time_zone='America/Los_Angeles')\n"
        "results.save_chart(sys.argv[1], 'users', start='2026-10-25', end='2026-11-10')\n"
        "results.save_flow(sys.argv[2])\n"
    )
    found = []
    for number, zone in enumerate(("Asia/Tokyo", "America/New_York")):
        paths = [tmp_path / f"{name}{number}.svg" for name in ("chart", "flow")]
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, paths)],
            env={**os.environ, "TZ": zone},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found.append([path.read_bytes() for path in paths])
    assert found[0] == found[1]
    labels = words(tmp_path / "chart1.svg")
    assert "Days in America/Los_Angeles" in " ".join(labels)
    assert {"25 Oct", "28", "31", "3 Nov"} <= set(labels)


def test_the_flow_shows_the_engines_numbers(results: rw.Results, tmp_path: Path) -> None:
    shown = words(results.save_flow(tmp_path / "flow.svg"))
    totals = dict(results.overview().select("metric", "value").iter_rows())
    assert f"{totals['users']:,.0f} entries" in shown
    assert f"{totals['conversions']:,.0f}" in shown
    for node in results.flow().nodes.iter_rows(named=True):
        assert f"{node['users_received']:,}" in shown
        assert f"{node['conversions_attributed']:,}" in shown
    variant = results.campaign.variants[0]
    entered = results.overview(by="variant").filter(variant=variant.id, metric="users")["value"][0]
    shown = words(results.save_flow(tmp_path / "flow.svg", variant=variant.id))
    assert f"{entered:,.0f} entries" in shown


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    campaign, events, users = rw.datasets.generate(200, seed=2)
    said = json.loads(json.dumps(rw.Campaign.from_json(campaign).to_dict()))
    said["name"] = said["actions"][0]["name"] = HOSTILE
    hostile = rw.Results(said, events, users, time_zone="UTC")
    path = hostile.save_flow(tmp_path / "flow.svg")
    tree = ET.parse(path)
    assert not list(tree.iter(f"{SVG}script"))
    assert "\u202e" not in path.read_text(encoding="utf-8")
    # What has no room is cut, and stands whole in its tooltip.
    assert max(map(len, words(path))) < 200
    assert any(title.text and len(title.text) > 10_000 for title in tree.iter(f"{SVG}title"))
    action = hostile.campaign.actions[0].id
    chart = hostile.save_chart(tmp_path / "chart.svg", "users_received", action=action)
    assert not list(ET.parse(chart).iter(f"{SVG}script"))


def laid_out(results: rw.Results) -> Layout:
    flow = flow_state(results)
    arms: list[dict[str, object]] = flow["arms"]  # type: ignore[assignment]
    return layout_flow(arms[0], {action.id: action.parent for action in results.campaign.actions})


def test_no_card_covers_another_and_no_line_crosses_one(results: rw.Results) -> None:
    layout = laid_out(results)
    boxes = {card.action: (card.x, card.y) for card in layout.cards}
    places = list(boxes.values())
    for at, (x, y) in enumerate(some(places)):
        for other_x, other_y in places[at + 1 :]:
            assert abs(x - other_x) >= CARD[0] or abs(y - other_y) >= CARD[1]
    for line in some(layout.green):
        numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", line.path)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        # Straight pieces only turn at the points named; those within a card would cross it.
        for x, y in points[1:]:
            assert not any(
                left < x < left + CARD[0] and top < y < top + CARD[1] for left, top in places
            )
    assert min(x for x, _ in places) >= 0
    assert max(x for x, _ in places) + CARD[0] <= layout.width


def test_colours_are_the_style_sheets() -> None:
    css = (STATIC / "styles.css").read_text(encoding="utf-8")
    light, dark = css.split(".rw[data-rw-theme=dark]{", 1)
    for theme, text in (("light", light), ("dark", dark.partition("}")[0])):
        palette, found = PALETTES[theme], dict(re.findall(r"--rw-([\w-]+): ?([^;}]+)", text))
        for name in ("ink", "users", "engaged", "conversions"):
            assert found[name] == getattr(palette, name)
        assert tuple(found[f"group-{n}"] for n in range(1, 9)) == palette.groups
        assert palette.ground in found["bg"]
        assert f"{palette.line}%" in found["line"]
        assert f"{palette.sunken}%" in found["sunken"]
    assert mix("#000000", "#ffffff", 20) == "#cccccc"


@pytest.mark.parametrize(
    ("name", "options", "advice"),
    [
        ("chart.gif", {}, "unknown format 'gif'"),
        ("chart.svg", {"theme": "drak"}, "did you mean 'dark'"),
        ("chart.svg", {"metric": "usres"}, "did you mean 'users'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    results: rw.Results, tmp_path: Path, name: str, options: dict[str, str], advice: str
) -> None:
    with pytest.raises(rw.QueryError, match=advice):
        results.save_chart(tmp_path / name, **options)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_no_picture_without_the_extra(
    results: rw.Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(rw.MissingExtraError, match=r"results-widgets\[export\]"):
        results.save_chart(tmp_path / "chart.svg")
    assert results.save_flow(tmp_path / "flow.svg").is_file()


def test_commands_draw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign, events, users = rw.datasets.generate(200, seed=4)
    for name, frame in {"events": events, "users": users}.items():
        assert isinstance(frame, pl.DataFrame)
        frame.write_parquet(tmp_path / f"{name}.parquet")
    rw.Campaign.from_json(campaign).to_json(tmp_path / "campaign.json")
    words_ = ["--time-zone", "UTC", "--theme", "dark"]
    chart, flow = tmp_path / "chart.svg", tmp_path / "flow.svg"
    more = ["--metric", "conversions", "--every", "1w", "--range", "30d", "--compare"]
    assert main(["chart", str(tmp_path), "-o", str(chart), *more, *words_]) == 0
    assert "Conversions, per week" in " ".join(words(chart))
    assert main(["flow", str(tmp_path), "-o", str(flow), "--variant", "A", *words_]) == 0
    assert flow.is_file()
    assert main(["flow", str(tmp_path), "-o", str(flow), "--variant", "Z"]) == 2
    assert "unknown variant 'Z'" in capsys.readouterr().err


def test_guessed_flow_is_dashed_and_says_so(tmp_path: Path) -> None:
    campaign, events, _ = rw.datasets.generate(200, seed=1)
    known = rw.Results(campaign, events, time_zone="UTC")
    guess = rw.Campaign.from_events(events, "Purchase", "7d")
    guessed = rw.Results(guess, events, time_zone="UTC")
    texts = [one.save_flow(tmp_path / "flow.svg").read_text() for one in (known, guessed)]
    assert ["Dashed: guessed from the order of sends." in text for text in texts] == [False, True]
    assert texts[0].count('stroke-dasharray="9 5"') == 0
    assert texts[1].count('stroke-dasharray="9 5"') == len(guess.actions) - 1


def test_the_verdict_heads_the_flow_of_everyone(results: rw.Results, tmp_path: Path) -> None:
    told = results.experiment().verdict().title
    everyone = words(results.save_flow(tmp_path / "all.svg"))
    assert told in " ".join(everyone)
    variant = results.campaign.variants[0].id
    assert told not in " ".join(words(results.save_flow(tmp_path / "a.svg", variant=variant)))


def test_a_verdict_that_is_too_long_is_broken_and_not_cut() -> None:
    assert wrapped("one two three", 1_000, 14) == ["one two three"]
    lines = wrapped("one two three", 60, 14)
    assert lines == ["one two", "three"]
    assert wrapped("x" * 100, 60, 14)[0].endswith("…")


def test_a_card_says_how_sure_its_conversions_are(results: rw.Results, tmp_path: Path) -> None:
    rates = results.actions(interval=0.95).filter(metric="conversion_rate_attributed")
    drawn = words(results.save_flow(tmp_path / "all.svg"))
    for row in some(rates.drop_nulls("low").to_dicts()):
        ends = [results._session.locale.rate(row[side]) for side in ("low", "high")]
        assert "–".join(ends) in drawn, row["action"]
