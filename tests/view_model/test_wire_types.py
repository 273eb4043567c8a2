"""What Python sends to the browser, held against the interfaces that TypeScript declares for it.

A field that is added or misspelt on either side fails: each value must fit its interface, and each
declared field must be filled by some value.
"""

import base64
import gzip
import io
import json
import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
from ipywidgets import Widget

import results_widgets as rw
from results_widgets.portfolio.claims import Rule
from results_widgets.view_model.campaigns import campaigns_state
from tests.support.arms import HELD_BACK, closing, results as of_arms, users
from tests.support.declared import ROOT, Shapes, declared

PACKAGE = ROOT / "src" / "results_widgets"
HOSTS = ("_model_", "_view_", "_dom_", "_esm", "_css", "_anywidget_")


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return Shapes(declared())


@pytest.fixture(scope="module")
def results() -> rw.Results:
    """Variants, held-back users, links and reasons."""
    return rw.Results(*rw.datasets.generate(200, seed=3), time_zone="Europe/Berlin")


def traits(widget: Widget) -> dict[str, Any]:
    """What a widget syncs; the traits that it leaves empty are those that another one draws."""
    own = [name for name in widget.keys if name.startswith("_") and not name.startswith(HOSTS)]
    state = widget.get_state(own)
    return {name: value for name in own if (value := state[name]) not in ({}, b"")}


def dashboards(results: rw.Results) -> Iterator[tuple[str, rw.Dashboard]]:
    """Dashboards as different as they come."""
    action = results.campaign.actions[0].id
    event = {"user_id": "u", "event": "Login", "action_id": None}
    login = pl.DataFrame([event | {"timestamp": datetime(2026, 3, 1, tzinfo=UTC)}])
    nobody = rw.Results(results.campaign, login, time_zone="UTC")
    sent = login.with_columns(pl.lit("sent").alias("event"), pl.lit(action).alias("action_id"))
    sends_only = rw.Results(results.campaign, sent, time_zone="UTC")
    rolled = results.rollup().results(time_zone="UTC")
    chosen = rw.Selection(
        action=action, metric="users_received", start="2026-03-05", end="2026-03-12"
    )
    yield "whole", rw.Dashboard(results)
    yield "range", rw.Dashboard(results, range="14d", compare=True, by="variant")
    yield "action", rw.Dashboard(results, selection=chosen)
    yield "no days", rw.Dashboard(results, start="2026-03-12", end="2026-03-05")
    yield "nobody", rw.Dashboard(nobody)
    yield "no deliveries", rw.Dashboard(sends_only)
    yield "roll-up", rw.Dashboard(rolled)
    yield "roll-up without a median", rw.Dashboard(rolled, metric="median_time_to_convert")
    yield "estimates", rw.Dashboard(results.with_uniques("approximate"))


def pages(
    results: rw.Results, folder: Path, by: list[str] | None = None
) -> Iterator[dict[str, Any]]:
    """The JSON of saved pages."""
    for min_cell, name in ((0, "whole.html"), (5, "hidden.html")):
        text = results.to_html(folder / name, by=by, min_cell=min_cell).read_text(encoding="utf-8")
        packed = re.search(r"data-rw-report>([^<]*)<", text)
        assert packed
        raw = gzip.decompress(base64.b64decode(packed[1]))
        (length,) = struct.unpack("<I", raw[:4])
        yield json.loads(raw[4 : 4 + length])


def replies(widget: Any, *asked: dict[str, Any]) -> dict[str, Any]:
    """What a widget answers, by the kind of request; errors as ``error``."""
    found: dict[str, Any] = {}
    widget.send = lambda reply, *_: found.update(reply)
    for request in asked:
        widget._on_message(None, {"id": "1", **request}, None)
    return {name: value for name, value in found.items() if name not in ("id", "ok")}


def rows(stream: bytes) -> list[dict[str, Any]]:
    return pl.read_ipc_stream(io.BytesIO(stream)).to_dicts() if stream else []


def test_typescript_declares_what_python_sends(
    shapes: Shapes, results: rw.Results, tmp_path: Path
) -> None:
    found: dict[str, list[str]] = {}
    for name, widget in dashboards(results):
        state = traits(widget)
        found[name] = shapes.problems_of_some("Traits", state)
        for row in rows(state.get("_metrics", b"")):
            found[name] += shapes.problems("MetricRow", row)
        for row in rows(state.get("_series", b"")):
            found[name] += shapes.problems("SeriesRow", row)
    dashboard = rw.Dashboard(results)
    dashboard.highlight(results.users("unique_converters"))
    found["highlight"] = shapes.problems_of_some("Traits", traits(dashboard))
    converted = results.users("unique_converters")
    audience = rw.Audience(converted, results.users("engaged"), results=results)
    found["audience"] = shapes.problems_of_some("Traits", traits(audience))
    dashboard.store = rw.SegmentStore(tmp_path / "segments.db")
    asked = [{"kind": "days"}, {"kind": "code", "name": "module"}, {"kind": "nothing"}]
    opened = [{"kind": "segment", "of": "campaign"}]
    about = [{"kind": kind, "token": 1} for kind in ("reach", "profile")]
    about += [{"kind": "sample", "token": 1, "seed": 0}, {"kind": "save", "token": 1, "name": "A"}]
    about += [{"kind": "views", "what": "save", "name": "A"}]
    about += [{"kind": "experiment"}, {"kind": "subgroups", "by": "plan"}]
    about += [{"kind": "next_steps", "action": "last-chance"}]
    about += [{"kind": kind} for kind in ("usual_rules", "dialects", "paths")]
    point: dict[str, Any] = {
        "kind": "point",
        "metric": "conversions",
        "first": 1772000000000,
        "last": 1774500000000,
        "every": "1d",
    }
    answers = replies(dashboard, *asked, *opened, *about, point)
    answers |= replies(rw.Dashboard(results, by="variant"), {"kind": "totals"})
    found["error"] = shapes.problems("RequestError", answers.pop("error"))
    campaigns, of_campaigns = asked_campaigns(results, results.analytics())
    found["replies"] = shapes.problems("Replies", answers | of_campaigns)
    found["verdict"] = shapes.problems_of_some("Traits", traits(dashboard))
    arms = [users("A", 450, 45), users("B", 450, 90), users(HELD_BACK, 100, 5), closing()]
    ids = {row["user_id"] for some in arms for row in some}
    people = pl.DataFrame({"user_id": sorted(ids)}).with_columns(plan=pl.lit("basic"))
    grouped = of_arms(*arms, users=people)
    decided = rw.Experiment(grouped)
    found["experiment"] = shapes.problems_of_some("Traits", traits(decided))
    found["campaigns"] = shapes.problems_of_some("Traits", traits(campaigns))
    campaigns._campaigns = campaigns_state(campaigns.portfolio, details=True)
    found["campaigns in detail"] = shapes.problems_of_some("Traits", traits(campaigns))
    for page in [*pages(results, tmp_path), *pages(grouped, tmp_path, ["plan"])]:
        found[f"page {page['locked']}"] = shapes.problems("Page", page)
        state = page["looks"][0]["state"]
        found[f"state {page['locked']}"] = shapes.problems_of_some("Traits", state)
    assert [f"{name}: {one}" for name, problems in found.items() for one in problems[:5]] == []
    assert shapes.never_filled() == []


def asked_campaigns(*results: rw.Results) -> tuple[rw.Campaigns, dict[str, Any]]:
    """A list of campaigns that was asked for each of its parts, and its replies."""
    campaigns = rw.Campaigns(rw.Portfolio({str(at): one for at, one in enumerate(results)}))
    kinds: list[dict[str, Any]] = [{"kind": "choose"}]
    kinds += [{"kind": kind, "place": 0} for kind in ("detail", "open")]
    kinds += [{"kind": "shared", "part": part} for part in ("overlap", "pressure", "heatmap")]
    kinds += [{"kind": "shared", "part": "credit", "rule": rule} for rule in get_args(Rule)]
    kinds += [{"kind": "shared", "part": "trends", "metric": "conversions"}]
    return campaigns, replies(campaigns, *kinds)


def test_each_typescript_file_names_the_one_it_mirrors() -> None:
    heads = [
        path.read_text().partition("\nimport")[0] for path in (ROOT / "js/src/wire").glob("*.ts")
    ]
    named = set(re.findall(r"src/results_widgets/[\w/]+\.py", " ".join(heads)))
    assert [name for name in named if not (ROOT / name).is_file()] == []
    sends = re.compile(r"def (\w+_(state|status|reply)|metrics_frame|to_state|to_arrow)\(")
    modules = (PACKAGE / "view_model").glob("*.py")
    sent = [str(path.relative_to(ROOT)) for path in modules if sends.search(path.read_text())]
    assert set(sent) - named == set()
