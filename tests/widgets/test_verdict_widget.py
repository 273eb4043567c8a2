"""The range under the verdict: at once in a script, in a thread and after clicks where a loop runs."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

import results_widgets as rw
from results_widgets.engine.background import later, turns
from results_widgets.view_model.usual_rules import is_awaited
from results_widgets.widgets import verdict_widget


def fresh() -> rw.Results:
    return rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")


def ask(widget: rw.Dashboard) -> None:
    widget._on_message(None, {"kind": "experiment", "id": "1"}, None)


def usual(widget: rw.Dashboard) -> Any:
    return widget._experiment["usual"]


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110 - what is waited for is a thread's
            await asyncio.sleep(0.01)


def test_in_a_script_it_is_there_with_the_answer() -> None:
    results = fresh()
    dashboard = rw.Dashboard(results)
    ask(dashboard)
    assert usual(dashboard)["line"] == results.sensitivity("converted_rate").line
    assert usual(dashboard)["rows"][0][:3] == ["Converted rate", "Attribution window", "1d"]


def test_in_a_kernel_it_follows_the_verdict_and_is_known_from_then_on() -> None:
    async def look() -> None:
        dashboard = rw.Dashboard(fresh())
        ask(dashboard)
        title = dashboard._experiment["title"]
        assert usual(dashboard)["line"] == "Under other usual rules: …"
        await until(lambda: not is_awaited(dashboard._experiment))
        assert usual(dashboard)["line"] == "Under other usual rules: 10.7 to 24.9\u202f%"
        assert dashboard._experiment["title"] == title
        ask(dashboard)
        assert not is_awaited(dashboard._experiment)

    asyncio.run(look())


def test_the_experiment_alone_has_no_table_of_rules_and_no_line_that_opens_it() -> None:
    widget = rw.Experiment(fresh())
    widget.set_state({"_viewer_zone": "UTC"})
    assert "usual" not in widget._experiment


def test_it_waits_while_a_click_is_answered_and_is_dropped_when_something_else_is_selected() -> (
    None
):
    async def look() -> None:
        dashboard = rw.Dashboard(fresh())
        with turns.click():
            ask(dashboard)
            await asyncio.sleep(0.05)
            assert is_awaited(dashboard._experiment)
            verdict = dashboard._experiment
            dashboard.selection.range = "30d"
        assert later.wait(60)
        await asyncio.sleep(0)
        assert dashboard._experiment == {}
        ask(dashboard)
        assert verdict["title"] != dashboard._experiment["title"]
        await until(lambda: not is_awaited(dashboard._experiment))
        assert usual(dashboard)["line"] == dashboard.view.sensitivity("converted_rate").line

    asyncio.run(look())


def test_a_failure_leaves_the_verdict_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> Any:
        yield from ()
        raise MemoryError

    monkeypatch.setattr(verdict_widget, "usual_range_in_steps", fails)

    async def look() -> None:
        dashboard = rw.Dashboard(fresh())
        ask(dashboard)
        await until(lambda: not is_awaited(dashboard._experiment))
        assert usual(dashboard) is None

    asyncio.run(look())


def test_nothing_is_said_where_it_is_not_counted() -> None:
    results = fresh()
    rolled = rw.Dashboard(results.rollup().results(time_zone="UTC"))
    ask(rolled)
    assert usual(rolled) is None
