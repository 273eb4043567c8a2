"""The base of widgets that show the verdict, what it stands on, and what usual other rules would make of it."""

import asyncio
from collections.abc import Callable, Generator, Mapping
from functools import partial
from typing import Any

from results_widgets.engine.background import later
from results_widgets.results import showing
from results_widgets.view_model.serialization import State
from results_widgets.view_model.state import PARTS
from results_widgets.view_model.subgroups import subgroups_reply
from results_widgets.view_model.told_tables import dialects_reply, paths_reply
from results_widgets.view_model.usual_rules import (
    counted_range,
    is_awaited,
    usual_range,
    usual_range_in_steps,
    usual_rules_reply,
)
from results_widgets.widgets.results_widget import ResultsWidget
from results_widgets.widgets.segment_widget import Request

Steps = Generator[None, None, State | None]


class VerdictWidget(ResultsWidget):
    """A widget that shows the verdict.

    Where it is filled in after the numbers, the range of the converted rate under other usual rules follows: it is
    counted in the background, one rule at a time, and clicks go first.
    """

    _followed: object = None
    """The verdict whose range was asked for last."""

    def _handlers(self) -> Mapping[str, Callable[[Request], object]]:
        return {
            **super()._handlers(),
            "experiment": self._conclude,
            "subgroups": lambda request: subgroups_reply(self.view, request),
            "usual_rules": lambda _: usual_rules_reply(self.view),
            "dialects": lambda _: dialects_reply(self.view),
            "paths": lambda _: paths_reply(self.view),
        }

    def _conclude(self, _: Request) -> bool:
        """Fill in the verdict and what it stands on, which a browser asks for when it has shown the rest."""
        inputs = self._inputs(self._results)
        verdict: Any = PARTS["experiment"].build(inputs)["_experiment"]
        self._set_state({"_experiment": {**verdict, "usual": usual_range(inputs.view)}})
        return True

    def _start_warming(self) -> None:
        super()._start_warming()
        self._follow_range()

    def _follow_range(self) -> None:
        """Have the range counted if the verdict that is shown awaits it."""
        verdict = self._experiment
        if verdict is self._followed or not is_awaited(verdict):
            return
        self._followed = verdict
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            # In a script nothing could be sent later.
            self._show_range(verdict, counted_range(self.view))
            return
        if not later.add(partial(self._try_next, verdict, usual_range_in_steps(self.view), loop)):
            self._show_range(verdict, None)

    def _try_next(self, verdict: State, steps: Steps, loop: asyncio.AbstractEventLoop) -> None:
        """Try the next rule, in a thread, unless nobody looks any more; traits are set on the loop only."""
        if self not in showing or self._experiment is not verdict:
            return
        try:
            next(steps)
        except StopIteration as end:
            loop.call_soon_threadsafe(self._show_range, verdict, end.value)
        except Exception:
            loop.call_soon_threadsafe(self._show_range, verdict, None)
            raise
        else:
            later.add(partial(self._try_next, verdict, steps, loop))

    def _show_range(self, verdict: State, found: State | None) -> None:
        if self._experiment is verdict:
            self._set_state({"_experiment": {**verdict, "usual": found}})
