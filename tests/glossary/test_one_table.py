"""The glossary is the only list of metrics, and what it does not declare raises."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import results_widgets as rw
from results_widgets.channels import CHANNELS, Rate
from results_widgets.engine.metrics.base import numbers
from results_widgets.glossary import (
    Conversions,
    Count,
    Entries,
    Events,
    Metric,
    Ratio,
    Reached,
    Sum,
    Users,
    action_metrics,
    campaign,
    campaign_metrics,
    channel_metrics,
)
from results_widgets.glossary.action import ACTION
from results_widgets.glossary.campaign import CAMPAIGN

ROOT = Path(rw.__file__).parent
WIRE = Path(__file__).parents[2] / "js" / "src" / "wire"
DEFAULT = rw.DEFINITIONS["default"]
# The tables themselves; rules that name events; and people who are made up, event by event.
# What vendors call our events are tables of their own.
TABLES = ("glossary", "channels", "definitions", "datasets", "exports")
# Findings say which metrics they touch, each held to be known by their own tests; causes and messages per
# user name events and rules, of which some metrics bear the names.
NAMING = (
    "attribution/touches.py",
    "colours.py",
    "engine/quality/code.py",
    "engine/quality/declared.py",
    "engine/quality/finding.py",
    "engine/quality/row_findings.py",
    "reconciliation/causes.py",
    "reconciliation/told.py",
    "portfolio/pressure.py",
)


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(200), time_zone="UTC")


def keys() -> set[str]:
    found = set()
    for definitions in rw.DEFINITIONS.values():
        found |= {metric.key for metric in campaign_metrics(definitions, CHANNELS)}
        for channel in CHANNELS.values():
            metrics = action_metrics(channel, definitions, has_parent=True)
            found |= {metric.key for metric in metrics}
    return found


def texts(nodes: list[ast.expr | None]) -> list[str]:
    return [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def collections(
    source: str, fields: frozenset[str] = frozenset()
) -> Iterator[tuple[int, list[str]]]:
    """The texts of each literal collection, and of each text that is split into one.

    A dictionary's keys are texts but for those that are fields of what crosses to the browser.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            yield node.lineno, texts([*node.elts])
        elif isinstance(node, ast.Dict):
            yield node.lineno, [word for word in texts(node.keys) if word not in fields]
            yield node.lineno, texts([*node.values])
        elif isinstance(node, ast.Attribute) and node.attr == "split":
            (words,) = texts([node.value]) or [""]
            yield node.lineno, words.split()


def fields_of(path: Path) -> frozenset[str]:
    """The names of the wire's fields that a module of the view model fills, as its TypeScript declares them."""
    mirror = WIRE / f"{path.stem}.ts"
    if path.parent.name != "view_model" or not mirror.is_file():
        return frozenset()
    declared = re.findall(r"^ +(\w+)\??: ", mirror.read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(declared)


def second_lists(source: str, fields: frozenset[str] = frozenset()) -> list[tuple[int, list[str]]]:
    known = keys()
    named = (
        (line, [word for word in words if word in known])
        for line, words in collections(source, fields)
    )
    return [(line, words) for line, words in named if len(set(words)) > 1]


def test_no_other_module_holds_a_collection_of_metric_keys() -> None:
    modules = [path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] not in TABLES]
    assert len(modules) > 100
    found = {
        f"{path.relative_to(ROOT)}:{line}": words
        for path in modules
        for line, words in second_lists(path.read_text(encoding="utf-8"), fields_of(path))
        # Colours of the rings are named after them.
        if not path.as_posix().endswith(NAMING)
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        'X = ("users", "conversions")',
        'X = {"engaged": 1, "exits": 2}',
        'X = "sent opened".split()',
        'def f():\n    return {"drop_off", "users_received", "x"}',
        'X = {"a": "unique_opened", "b": "goal_value"}',
    ],
)
def test_a_second_list_is_found(source: str) -> None:
    assert second_lists(source) != []


def test_fields_of_the_wire_are_no_second_list_but_metrics_beside_them_are() -> None:
    fields = fields_of(ROOT / "view_model" / "experiment.py")
    assert {"held_back", "users"} <= fields
    assert second_lists('{"held_back": 1, "users": 2}', fields) == []
    assert second_lists('{"held_back": 1, "engaged": 2, "exits": 3}', fields) != []
    assert second_lists('("held_back", "users")', fields) != []
    assert fields_of(ROOT / "results" / "flow.py") == frozenset()


# ----------------------------------------------------------------------- what is not declared raises


@pytest.mark.parametrize("ask", ["explore", "users", "describe"])
@pytest.mark.parametrize("scope", [{}, {"channel": "email"}, {"action": "reminder"}])
def test_a_key_that_is_not_declared_raises(
    results: rw.Results, ask: str, scope: dict[str, str]
) -> None:
    with pytest.raises(rw.QueryError, match=r"unknown metric.* 'unique_user'"):
        getattr(results, ask)("unique_user", **scope)


@pytest.mark.parametrize("metric", [one for one in (*CAMPAIGN, *ACTION) if not one.shown])
def test_what_is_not_shown_cannot_be_asked_for(results: rw.Results, metric: Metric) -> None:
    action = "reminder" if metric.scope == "action" else None
    with pytest.raises(rw.QueryError, match="unknown metric"):
        results.users(rw.MetricKey(metric.key), action)
    shown = results.glossary().filter(scope=metric.scope)["metric"]
    assert metric.key not in shown
    assert shown.len() > 0


def declared_with(measure: Count | Users | Sum, **more: str) -> Metric:
    return Metric("toy", "Toy", measure, "A toy.", **more)  # type: ignore[arg-type]


def test_rows_that_no_channel_reports_raise(results: rw.Results) -> None:
    scoped, toy = results._session.scoped(), declared_with(Users(Events(("marked_as_spm",))))
    with pytest.raises(rw.QueryError, match=r"'marked_as_spm' \(did you mean 'marked_as_spam'\?\)"):
        numbers(scoped, "campaign", [("", toy)])


@pytest.mark.parametrize(
    ("measure", "scope", "words"),
    [
        (Count(Entries()), "action", "cannot be counted per action"),
        (Count(Reached()), "channel", "cannot be counted per channel"),
        (Count(Events(("converted",))), "campaign", "count those instead"),
        (Sum(Events(("sent",)), "value"), "campaign", "only conversions have columns"),
    ],
)
def test_rows_that_cannot_be_counted_so_raise(
    results: rw.Results, measure: Count, scope: str, words: str
) -> None:
    owner = {"action": "reminder", "channel": "email", "campaign": ""}[scope]
    toy = declared_with(measure, scope=scope)
    with pytest.raises(ValueError, match=words):
        numbers(results._session.scoped(), scope, [(owner, toy)])  # type: ignore[arg-type]


def test_a_sum_per_action_is_one_declaration(results: rw.Results) -> None:
    toy = declared_with(Sum(Conversions(), "value"), scope="action")
    actions = results.campaign.actions
    found = numbers(results._session.scoped(), "action", [(one.id, toy) for one in actions])
    of_conversions = results.conversions()
    for action, value in found.select("_owner", "value").iter_rows():
        own = of_conversions.filter(action_id=action)["value"].sum()
        assert value == pytest.approx(own)
    assert found["value"].sum() > 0


def test_a_rate_or_headline_of_what_is_not_declared_raises() -> None:
    poster = rw.Channel("poster", "Poster", ("shown", "scanned"), "shown", ("scanned",))
    rate = Rate("scan_rate", "Scan rate", "scaned", "shown")
    with pytest.raises(rw.QueryError, match="'poster' in its rate 'scan_rate' 'scaned'"):
        channel_metrics(replace(poster, rates=(rate,)), DEFAULT)
    with pytest.raises(rw.QueryError, match="metric of channel 'poster' 'unique_scaned'"):
        channel_metrics(replace(poster, headline=("unique_scaned",)), DEFAULT)


def test_a_key_that_is_declared_twice_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "CAMPAIGN", (*CAMPAIGN, campaign.USERS))
    with pytest.raises(rw.QueryError, match="'users' of the campaign is declared twice"):
        campaign_metrics(DEFAULT, CHANNELS)
    clash = rw.Channel("poster", "Poster", ("users_received",), "users_received")
    with pytest.raises(rw.QueryError, match="declared twice"):
        action_metrics(clash, DEFAULT, has_parent=True)


# ------------------------------------------------------------------------------ what follows from it


def all_metrics() -> list[Metric]:
    found = [*CAMPAIGN, *ACTION]
    for channel in CHANNELS.values():
        found += channel_metrics(channel, DEFAULT)
    return found


def test_every_metric_follows_a_section_of_the_rules() -> None:
    page = (ROOT.parent.parent / "docs" / "rules.md").read_text(encoding="utf-8")
    sections = set(re.findall(r"^## (.+)$", page, re.MULTILINE))
    assert {metric.section for metric in all_metrics()} <= sections


def test_conversions_mature_and_nothing_else_does() -> None:
    maturing = {metric.key for metric in all_metrics() if metric.matures}
    assert maturing == {
        "conversions",
        "unique_converters",
        "conversion_rate",
        "goal_value",
        "value_per_user",
        "conversions_attributed",
        "converted_entries",
        "converted_rate",
        "held_back_conversions",
        "held_back_converted",
        "held_back_converted_rate",
        "conversion_rate_attributed",
        "value_attributed",
        "value_attributed_per_user",
    }


def test_users_add_up_only_where_days_count() -> None:
    older = rw.DEFINITIONS["leanplum-v2"]
    for metric in all_metrics():
        if isinstance(metric.measure, Ratio):
            assert metric.adds_up(DEFAULT) == all(one.adds_up(DEFAULT) for one in metric.sides)
        else:
            assert metric.adds_up(DEFAULT) == (metric.unit in ("count", "amount"))
        if metric.channel is not None:
            assert metric.adds_up(older)
    engaged = {one.key: one for one in campaign_metrics(older, CHANNELS)}
    assert engaged["engagement_rate"].adds_up(older)
    assert not engaged["unique_users_rate"].adds_up(older)
    assert engaged["engagement_rate"].text == (
        "Engaged ÷ (Email delivered + In-app views + Push sent + Web push sent)."
    )
