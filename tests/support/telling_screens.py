"""Every public call and command that shows something, and what it shows; see `tests/test_disclosure.py`."""

import json
import warnings
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.report.voila import show
from results_widgets.widgets.segment_widget import SegmentWidget
from tests.support.comm import Line, connected
from tests.support.own_strings import Told
from tests.support.telling_files import (
    Call,
    Output,
    command,
    errors,
    frame_bytes,
    printed,
    text_or_error,
)


def _results(told: Told) -> Output:
    results = told.results()
    yield repr(results)
    yield repr(results._repr_mimebundle_())


def _frame(name: str) -> Call:
    def call(told: Told) -> Output:
        yield text_or_error(lambda: frame_bytes(getattr(told.results(), name)()))

    return call


def _explore(told: Told) -> Output:
    yield frame_bytes(told.results().explore("users", compare="previous"))


def _flow(told: Told) -> Output:
    flow = told.results().flow()
    yield repr(flow)
    yield from map(frame_bytes, flow)


def _describe(told: Told) -> Output:
    results = told.results()
    yield repr(results.describe("users"))
    yield text_or_error(lambda: results.describe(rw.MetricKey("nothing")))


def _summary(told: Told) -> Output:
    yield text_or_error(lambda: repr([str(told.results().summary()), told.results().summary()]))


def _experiment(told: Told) -> Output:
    results = told.results()

    def say() -> str:
        found = results.experiment()
        chart = found.chart().to_dict()
        return f"{found!r} {found._repr_html_()} {found.summary()} {found.mismatch} {chart}"

    yield text_or_error(say)


def _theirs(results: rw.Results) -> pl.DataFrame:
    """Numbers of another tool, of which some differ."""
    own = results.analytics().actions().select("action_id", "metric", "value")
    return own.with_columns(pl.col("value") + (pl.col("metric") == "opened"))


def _reconciliation(told: Told) -> Output:
    results = told.results()

    def say() -> str:
        found = results.reconcile(_theirs(results), rates="fraction", window="1h")
        frames = [found.table, found.waterfall, found.alone, found.rules]
        shown = [frame_bytes(frame) for frame in frames]
        chart = found.chart().to_dict()
        return f"{found!r} {found._repr_html_()} {found.summary()} {shown} {chart}"

    yield text_or_error(say)
    unknown = pl.DataFrame({"action": ["nothing"], "metric": ["opened"], "value": [1]})
    yield text_or_error(lambda: results.reconcile(unknown))


def _sensitivity(told: Told) -> Output:
    def say() -> str:
        found = told.results().sensitivity()
        shown = [
            frame_bytes(frame)
            for frame in (found.table, found.ranges, found.rankings.explode("ranking"))
        ]
        return f"{found!r} {found._repr_html_()} {found.line} {shown}"

    yield text_or_error(say)
    yield text_or_error(lambda: told.results().sensitivity("nothing"))


def _reconcile_command(told: Told) -> Output:
    _theirs(told.results()).write_csv(told.folder / "theirs.csv")
    yield from command(told, "reconcile", "theirs.csv", "--rates", "fraction")
    yield from command(told, "reconcile", "theirs.csv", "--json")


def _command(name: str, *words: str) -> Call:
    return lambda told: command(told, name, *words)


def _experiment_command(told: Told) -> Output:
    yield from command(told, "experiment")
    yield from command(told, "experiment", "--json")


def _serve(told: Told) -> Output:
    """The pages of the ready report; tests/browser/test_report_voila.py asks the server itself."""
    name = told.written().name
    for query in ("", f"campaign={name}", "campaign=nothing", f"campaign={name}&time_zone=Nowhere"):
        found = show(query, told.folder)
        yield repr(found.get_state()) if isinstance(found, SegmentWidget) else found._repr_html_()


def _exported(told: Told) -> Path:
    """The events as a vendor exports them, with rows that cannot be read."""
    kept = told.events.filter(pl.col("campaign_id") == "spring")
    posts = [
        {
            "email": row["user_id"],
            "event": {"sent": "processed", "opened": "open"}.get(row["event"], row["event"]),
            "timestamp": row["timestamp"],
            "category": "spring",
            "sg_event_id": row["event_id"],
            "url": row["link"],
            "reason": row["reason"],
        }
        for row in kept.iter_rows(named=True)
    ]
    # Test sends, called after whom they go to.
    alone = {row["email"]: {**row, "category": row["email"]} for row in posts}
    posts += [*alone.values()][:2]
    broken = [
        {**posts[0], "timestamp": "soon ofone0z"},
        {**posts[0], "email": {"who": "ofone1z"}},
    ]
    lines = [*map(json.dumps, [*posts, *broken]), '{"email": "ofone2z', '["ofone3z"]']
    path = told.folder / "posts.json"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _export(told: Told) -> Output:
    path = _exported(told)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        export = rw.read_export(path)
        yield repr(export)
        yield export._repr_html_()
    # The caller's folder is in what is warned of no more than in what is shown.
    assert said
    yield repr([str(one.message) for one in said])
    for ask in ({"vendor": "nothing"}, {"mapping": {"user_id": 1}}, {"mapping": {"who": "x"}}):
        yield text_or_error(partial(rw.read_export, path, **ask))
    export = rw.read_export(path)
    yield text_or_error(lambda: export.campaign("nothing"))
    yield text_or_error(export.campaign)
    yield text_or_error(lambda: export.results("spring", "nothing", time_zone="UTC"))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        export.results("spring", time_zone="UTC")
    assert any("name the goal's event" in str(one.message) for one in said)
    yield repr([str(one.message) for one in said])


def _read_command(told: Told) -> Output:
    name = _exported(told).name
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(told.folder)
        yield from printed("read", name)
        yield from printed("read", name, "--goal", "nothing", "-o", "out")
        yield from printed("read", name, "-o", "out")


# ------------------------------------------------------------------------------------- widgets

_ASKED: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "segment", "of": "campaign"},
    {"kind": "segment", "of": "action", "action": "mail", "event": "opened"},
    {"kind": "segment", "of": "edge", "source": "mail", "target": "nudge"},
    {"kind": "segment", "of": "metric", "metric": "conversions"},
    {"kind": "segment", "of": "metric", "metric": "nothing"},
    {"kind": "segment", "of": "action", "action": "nothing"},
    {"kind": "segment", "parts": [True, None, False]},
    *({"kind": "subgroups", "by": by, "metric": "converted"} for by in ("city", "note", "plan")),
    {"kind": "days"},
    *({"kind": kind} for kind in ("usual_rules", "dialects", "paths")),
    {"kind": "nothing"},
)
# A sample is left out: it shows users, to whoever drives the kernel, and is never saved.
_OF_THE_OPENED: Final = ("reach", "profile", "save")


def _everything(widget: SegmentWidget) -> Output:
    """All that a widget sends while a browser asks it everything, and its state at the end."""
    line = widget.comm
    assert isinstance(line, Line)
    for content in _ASKED:
        _ask(widget, {**content, "id": "asked"})
        for kind in _OF_THE_OPENED:
            _ask(widget, {"kind": kind, "token": widget._token, "name": "mine", "id": kind})
    yield repr(line.take())
    yield repr(widget.get_state())
    yield repr(widget._repr_mimebundle_())
    yield repr(widget)


def _ask(widget: SegmentWidget, content: Mapping[str, Any]) -> None:
    data = {"method": "custom", "content": dict(content)}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


def _campaigns(told: Told) -> Output:
    results = told.results()
    with pytest.MonkeyPatch.context() as patch, connected(patch):
        store = rw.SegmentStore(told.folder / "segments.db")
        widget = rw.Campaigns(rw.Portfolio({"a": results, "b": results.analytics()}), store=store)
        asked: list[dict[str, Any]] = [
            *({"kind": "shared", "part": part} for part in ("overlap", "credit", "heatmap")),
            {"kind": "shared", "part": "pressure"},
            {"kind": "detail", "place": 0},
            {"kind": "open", "place": 1},
            {"kind": "open", "place": 99},
            {"kind": "segment", "of": "campaigns", "inside": [0], "outside": [1]},
            {"kind": "choose", "choice": {"search": "x", "month": "soon"}},
        ]
        for content in asked:
            _ask(widget, {**content, "id": "asked"})
        yield from _everything(widget)


def _widget(name: str) -> Call:
    def call(told: Told) -> Output:
        results = told.results()
        with pytest.MonkeyPatch.context() as patch, connected(patch):
            store = rw.SegmentStore(told.folder / "segments.db")
            widget = getattr(rw, name)(results, store=store)
            if hasattr(widget, "highlight"):
                for where in _groups(told, results):
                    widget.highlight(results.users("users", where=where))
            for by in told.some_columns(results):
                widget.selection.by = by
            yield from _everything(widget)

    return call


def _groups(told: Told, results: rw.Results) -> Iterator[dict[str, object]]:
    """Groups of an attribute and of columns of the events: of one user, and of others."""
    for column in ("city", "note", "plan"):
        if column in results.breakdowns:
            table = told.events if column in told.events.columns else told.users
            assert table is not None
            values = table[column].cast(pl.String).drop_nulls().unique().sort()
            for value in (*values.head(1), *values.tail(1)):
                group: dict[str, object] = {column: value}
                yield group


def _audience(told: Told) -> Output:
    results = told.results()
    groups = [results.users("users", where=where) for where in _groups(told, results)]
    own = rw.Segment(told.events.select("user_id"), name="mine", rule="all of them")
    made = [results.users_in_campaign(), *groups[:2]]
    if groups:
        made += [~groups[0], (groups[0] & own).sample(3), groups[0].split()[0].named("half")]
    with pytest.MonkeyPatch.context() as patch, connected(patch):
        store = rw.SegmentStore(told.folder / "segments.db")
        widget = rw.Audience(*made, results=results, store=store)
        for one in [*made, *groups]:
            widget.segment = one
        yield from _everything(widget)


def _chart(told: Told) -> Output:
    results = told.results()
    for by in (None, *told.some_columns(results)):
        yield text_or_error(partial(_altair, results, by))


def _altair(results: rw.Results, by: str | None) -> object:
    return rw.Explore(results, by=by).chart.to_dict()


_FRAMES: Final = (
    *("overview", "channels", "actions", "glossary", "freshness", "maturity", "cohorts"),
    "time_to_convert",
)

SCREENS: Final[Mapping[str, Call]] = {
    "Results.__repr__": _results,
    "Results._repr_mimebundle_": _results,
    **{f"Results.{name}": _frame(name) for name in _FRAMES},
    "Results.explore": _explore,
    "Results.flow": _flow,
    "Results.describe": _describe,
    "Results.summary": _summary,
    "ResultsError.__str__": errors,
    "Experiment._repr_html_": _experiment,
    "Reconciliation._repr_html_": _reconciliation,
    "Sensitivity._repr_html_": _sensitivity,
    "Export.__repr__": _export,
    "results-widgets read": _read_command,
    "results-widgets validate": _command("validate"),
    "results-widgets glossary": _command("glossary"),
    "results-widgets experiment": _experiment_command,
    "results-widgets reconcile": _reconcile_command,
    "results-widgets serve": _serve,
    **{name: _widget(name) for name in ("Overview", "Channels", "Flow", "Explore")},
    **{name: _widget(name) for name in ("ActionDetail", "Experiment", "Dashboard")},
    "Audience": _audience,
    "Campaigns": _campaigns,
    "ChartWidget.chart": _chart,
}
"""What a notebook shows and saves, and what commands print: no value of a single user is in it."""
