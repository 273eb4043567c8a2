"""A browser at the end of a widget's line: what it hears, sets and asks."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import comm
import polars as pl
import pytest
from comm.base_comm import BaseComm
from ipywidgets.widgets import widget as ipywidget

import results_widgets as rw
from results_widgets.widgets.results_widget import ResultsWidget
from tests.support.examples import case

TABLE = """
    anna mail  sent     01T10:00 platform=ios     variant=A
    anna mail  opened   01T11:00 platform=ios     variant=A
    anna -     Purchase 01T12:00 platform=ios     variant=A
    bob  mail  sent     02T10:00 platform=android variant=B
    bob  nudge sent     04T10:00 platform=android variant=B
"""
PEOPLE = pl.DataFrame({"user_id": ["anna", "bob"], "is_developer": [False, True]})


class Line(BaseComm):
    """A comm that keeps what goes to the browser."""

    def __init__(self, **keys: Any) -> None:
        self.sent: list[dict[str, Any]] = []
        super().__init__(**keys)

    def publish_msg(self, msg_type: str, data: Any = None, *_: Any, **__: Any) -> None:
        self.sent.append({"type": msg_type, "data": data or {}})

    def take(self) -> list[dict[str, Any]]:
        taken, self.sent = self.sent, []
        return taken


@contextmanager
def connected(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give every new widget a line, as a kernel does by replacing this very function."""
    monkeypatch.setattr(comm, "create_comm", Line)
    yield
    ipywidget.Widget.close_all()


def small() -> rw.Results:
    """Results of two users in two variants, one of them a developer."""
    variants = [{"id": "A", "name": "Short"}, {"id": "B"}]
    asked = case(TABLE, PEOPLE, variants=variants)
    return rw.Results(dict(asked.campaign), asked.events, asked.users, time_zone="UTC")


def sent(widget: ResultsWidget, method: str = "update") -> list[dict[str, Any]]:
    """Messages of one kind that went to the browser since the last look."""
    line = widget.comm
    assert isinstance(line, Line)
    return [m["data"] for m in line.take() if m["data"].get("method") == method]


def browser_sets(widget: ResultsWidget, **state: Any) -> None:
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


def browser_selects(widget: ResultsWidget, **changed: Any) -> None:
    browser_sets(widget, _selection={**widget._selection, **changed})


def browser_asks(widget: ResultsWidget, content: Any) -> list[Any]:
    """Send a custom message; return the answers."""
    sent(widget)
    data = {"method": "custom", "content": content}
    widget._handle_msg({"content": {"data": data}, "buffers": []})
    return [answer["content"] for answer in sent(widget, "custom")]


def arrow(stream: bytes) -> pl.DataFrame:
    return pl.read_ipc_stream(io.BytesIO(stream))


def metrics(widget: ResultsWidget) -> dict[tuple[Any, ...], float | None]:
    frame = arrow(widget._metrics)
    keys = ("scope", "action_id", "channel", "metric", "value")
    return {row[:-1]: row[-1] for row in frame.select(keys).rows()}
