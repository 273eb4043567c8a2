"""What the numbers mean and stand on."""

import polars as pl

from results_widgets.engine.cache import Key
from results_widgets.engine.calendar import from_micros
from results_widgets.engine.metrics import series as series_engine
from results_widgets.engine.metrics.table import answer, metrics_of, owners_of
from results_widgets.engine.metrics.table import span as axis_span
from results_widgets.engine.quality import quality, unread_files
from results_widgets.glossary import Metric, Scope
from results_widgets.results._numbers import Numbers

_NAMED = 3


class About(Numbers):
    """Questions about the numbers themselves."""

    def glossary(self) -> pl.DataFrame:
        """Return every metric of this campaign.

        Returns:
            scope, channel, metric, label, unit, numerator, denominator, text (String).
        """
        names = ("scope", "channel", "key", "label", "unit", "numerator", "denominator", "text")
        rows = [[getattr(metric, name) for name in names] for metric in self.metrics()]
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row").rename(
            {"key": "metric"}
        )

    def metrics(self) -> list[Metric]:
        """Return the rows of the glossary that this campaign uses, under the definitions in force."""
        scoped = self._scoped()
        scopes: tuple[Scope, ...] = ("campaign", "channel", "action")
        rows = [
            m
            for scope in scopes
            for owner in owners_of(scoped, scope)
            for m in metrics_of(scoped, scope, owner)
        ]
        return list(dict.fromkeys(rows))

    def describe(
        self, metric: str, action: str | None = None, channel: str | None = None
    ) -> Metric:
        """Return the glossary's row of a metric.

        Raises:
            QueryError: The metric, action or channel is not known.
        """
        return series_engine.find_series(self._scoped(), metric, action, channel).metric

    def unique_users(self) -> int | None:
        """Return the number of distinct users with an entry in the range; None where a roll-up does not tell."""
        return self._number("unique_users")

    def open_entries(self) -> int | None:
        """Return the number of entries whose window has not ended at the newest event."""
        return self._number("entries_open")

    def _number(self, metric: str) -> int | None:
        # Asked for beside every view, with and without developers: not worth a whole overview.
        found = answer(self._scoped(), "campaign", [("", self.describe(metric))])
        value: float | None = found["value"][0]
        return None if value is None else int(value)

    def span(self) -> tuple[int, int]:
        """Return the first and last instant that a time axis shows, epoch µs."""
        return axis_span(self._scoped())

    def quality(self) -> pl.DataFrame:
        """Return what is wrong with the events: check (String), rows (Int64), kept (Boolean:
        whether they still count), example, text (String); one row per check.
        """
        found = self._data.cached(Key("quality"), lambda: quality(self._data))
        unread = unread_files(self._reading.problems)
        return pl.concat([found, pl.DataFrame([unread], schema=found.schema, orient="row")])

    def unread(self) -> str:
        """Return in a sentence which files cannot be read now; empty where all can."""
        problems = self._reading.problems
        if not problems:
            return ""
        count = "1 file" if len(problems) == 1 else f"{len(problems)} files"
        # What the reader of the file said may name its folder, which is nobody's business in a report.
        reasons = [(one.path.name, one.reason.partition(" (")[0]) for one in problems[:_NAMED]]
        named = "; ".join(f"{name} {reason}" for name, reason in reasons)
        more = "; …" if len(problems) > _NAMED else ""
        return f"{count} cannot be read: {named}{more}. What was read before still counts."

    def freshness(self) -> pl.DataFrame:
        """Return newest_event, read_at (Datetime µs in the zone) and behind (Duration) of the data, in one row."""
        newest, zone = from_micros(self._data.newest), self.time_zone
        row = {"newest_event": newest, "read_at": self.read_at, "behind": self.read_at - newest}
        times = [pl.col(name).dt.convert_time_zone(zone) for name in ("newest_event", "read_at")]
        return pl.DataFrame(row).with_columns(times)
