"""One way to ask for numbers, whoever answers: the reference or the package under test.

Both give plain Python (aware UTC datetimes, floats, None), so that one expectation serves both.
"""

from datetime import UTC, datetime
from typing import Any, Protocol, Self

import polars as pl

from tests import reference
from tests.reference import Case, Query
from tests.reference.case import By, Row, instant, microseconds
from tests.reference.metrics import Metric, Metrics

Series = dict[Any, dict[datetime, float | None]]


class Answers(Protocol):
    """The questions a case can be asked."""

    def entries(self) -> list[Row]: ...
    def conversions(self) -> list[Row]: ...
    def overview(self, by: By = None) -> dict[Any, Metrics]: ...
    def channels(self, by: By = None) -> dict[Any, dict[str, Metrics]]: ...
    def actions(self, by: By = None) -> dict[Any, dict[str, Metrics]]: ...
    def edges(self) -> dict[tuple[str, str], Metric]: ...
    def users_in_campaign(self) -> set[Any]: ...
    def users_in_action(self, action: str, event: str | None = None) -> set[Any]: ...
    def explore(self, metric: str, **how: Any) -> Series: ...


class FromReference:
    """What the reference answers."""

    def __init__(self, case: Case, query: Query) -> None:
        self.case, self.query = case, query

    def entries(self) -> list[Row]:
        return reference.entries(self.case, self.query)

    def conversions(self) -> list[Row]:
        return reference.conversions(self.case, self.query)

    def overview(self, by: By = None) -> dict[Any, Metrics]:
        return reference.overview(self.case, self.query, by)

    def channels(self, by: By = None) -> dict[Any, dict[str, Metrics]]:
        return reference.channels(self.case, self.query, by)

    def actions(self, by: By = None) -> dict[Any, dict[str, Metrics]]:
        return reference.actions(self.case, self.query, by)

    def edges(self) -> dict[tuple[str, str], Metric]:
        return reference.edges(self.case, self.query)

    def users_in_campaign(self) -> set[Any]:
        return reference.users_in_campaign(self.case, self.query)

    def users_in_action(self, action: str, event: str | None = None) -> set[Any]:
        return reference.users_in_action(self.case, self.query, action, event)

    def explore(self, metric: str, **how: Any) -> Series:
        if "times" in how:
            how["times"] = [microseconds(time) for time in how["times"]]
        series = reference.explore(self.case, self.query, metric, **how)
        return {
            group: {instant(at): value for at, value in points.items()}
            for group, points in series.items()
        }


class FromPackage:
    """What the package answers, its frames turned into plain Python."""

    @staticmethod
    def placed(events: pl.DataFrame) -> object:
        """Where the package finds the events: as they are, in memory."""
        return events

    def __init__(self, case: Case, query: Query) -> None:
        import results_widgets as rw
        from tests.support.definition_sets import definitions_of

        results = rw.Results(
            dict(case.campaign),
            self.placed(case.events),
            case.users,
            definitions=definitions_of(query.definitions),
            time_zone=query.zone,
        )
        if query.start is not None and query.end is not None:
            results = results.between(query.start, query.end)
        results = results if query.developers else results.analytics()
        self.results = results.with_clock(query.clock)

    @classmethod
    def of(cls, results: Any) -> Self:
        """What some results answer."""
        found = cls.__new__(cls)
        found.results = results
        return found

    def entries(self) -> list[Row]:
        return _plain(self.results.entries())

    def conversions(self) -> list[Row]:
        return _plain(self.results.conversions())

    def overview(self, by: By = None) -> dict[Any, Metrics]:
        found: dict[Any, Metrics] = {}
        for row in self.results.overview(by=by).to_dicts():
            found.setdefault(group_of(row, by), {})[row["metric"]] = _metric(row)
        return found

    def channels(self, by: By = None) -> dict[Any, dict[str, Metrics]]:
        return _nested(self.results.channels(by=by), "channel", by)

    def actions(self, by: By = None) -> dict[Any, dict[str, Metrics]]:
        return _nested(self.results.actions(by=by), "action_id", by)

    def edges(self) -> dict[tuple[str, str], Metric]:
        flow = self.results.flow()
        received = {row["action_id"]: row["users_received"] for row in flow.nodes.to_dicts()}
        return {
            (row["source"], row["target"]): (row["share"], row["users"], received[row["source"]])
            for row in flow.edges.to_dicts()
            if row["source"] in received
        }

    def users_in_campaign(self) -> set[Any]:
        return _users(self.results.users_in_campaign())

    def users_in_action(self, action: str, event: str | None = None) -> set[Any]:
        return _users(self.results.users_in_action(action, event))

    def explore(self, metric: str, **how: Any) -> Series:
        from results_widgets import MetricKey

        how.pop("times", None)
        by = how.get("by")
        series: Series = {}
        for row in _plain(self.results.explore(MetricKey(metric), **how)):
            points = series.setdefault(group_of(row, by), {})
            assert row["time"] not in points, "a series has every interval once"
            points[row["time"]] = row["value"]
        return series


def group_of(row: Row, by: By) -> Any:
    """The group that a row is of: of several columns their values together."""
    if isinstance(by, list):
        return tuple(row[name] for name in by)
    return row[by] if by else None


def _plain(frame: pl.DataFrame) -> list[Row]:
    """Rows with their datetimes in UTC."""
    return [
        {
            key: value.astimezone(UTC) if isinstance(value, datetime) else value
            for key, value in row.items()
        }
        for row in frame.to_dicts()
    ]


def _metric(row: Row) -> Metric:
    return (row["value"], row["numerator"], row["denominator"])


def _nested(frame: pl.DataFrame, key: str, by: By) -> dict[Any, dict[str, Metrics]]:
    found: dict[Any, dict[str, Metrics]] = {}
    for row in frame.to_dicts():
        group = found.setdefault(group_of(row, by), {})
        group.setdefault(row[key], {})[row["metric"]] = _metric(row)
    return found


def _users(segment: Any) -> set[Any]:
    users = segment.users["user_id"].to_list()
    assert len(users) == len(segment) == len(set(users)), "a segment holds every user once"
    return set(users)
