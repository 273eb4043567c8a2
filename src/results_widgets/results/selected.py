"""What can be selected, by keyword: the traits of an ``rw.Selection``, as type checkers know them."""

from datetime import date
from typing import Literal, TypedDict

from results_widgets.engine.query import Clock
from results_widgets.glossary.names import MetricName
from results_widgets.keys import DefinitionSet, Every
from results_widgets.results.session import HasSession


class _Rest(TypedDict, total=False):
    channel: str | None
    range: str
    start: date | str | None
    end: date | str | None
    every: Every
    cumulative: bool
    compare: bool | str | date | HasSession
    by: str | None
    variant: str | None
    time_zone: str | None
    definitions: DefinitionSet | Literal[""]
    developers: bool
    machine_opens: bool | None
    clock: Clock | None
    locale: str | None


class SelectedScope(_Rest, total=False):
    """The traits except for the metric, which the method takes by itself."""

    action: str | None


class SelectedMetric(_Rest, total=False):
    """The traits except for the action, which the widget takes by itself."""

    metric: MetricName


class Selected(SelectedScope, SelectedMetric, total=False):
    """All traits."""
