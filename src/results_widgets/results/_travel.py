"""Results that leave the notebook. Reports stand to the right of this room, so they are handed in."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import Data
from results_widgets.engine.cache import Key
from results_widgets.engine.frames import BY, collect
from results_widgets.errors import QueryError
from results_widgets.results._view import View

# As many groups as a chart draws: so few values tell nobody apart.
_DRAWN: Final = 8

_reports: Callable[[], Any] | None = None


def report_with(load: Callable[[], Any]) -> None:
    """Say where reports are written: a function that gives the module, loaded when first needed."""
    global _reports  # noqa: PLW0603 - one hook per process
    _reports = load


def _module() -> Any:
    assert _reports is not None, "import results_widgets, not a part of it"
    return _reports()


class Travel(View):
    """The part of `Results` that writes files for others."""

    def check_shared(self, by: str) -> None:
        """Refuse a column whose values tell single users apart: what is saved or synced holds the
        values of the columns it is broken down by, and never names a user.

        Raises:
            QueryError: More than half as many values as users, and more than are drawn.
        """
        data = self._data
        values, users = data.cached(Key("shared", (by,)), lambda: _values_and_users(data, by))
        if values > _DRAWN and 2 * values > users:
            raise QueryError(
                f"column {by!r} has {values:,} values for {users:,} users: it tells users apart, and "
                f"what is saved or shown must not; take a column that groups users, or ask in code: "
                f"results.explore(…, by={by!r})"
            )

    def to_html(
        self,
        path: str | Path,
        *,
        selection: object = None,
        time_zones: Sequence[str] = (),
        by: Sequence[str] | None = None,
        min_cell: int = 0,
    ) -> Path:
        """Write one HTML file: the whole dashboard, live without a kernel and without a request.

        No user id and no attribute of a user is in it, but for the values of columns named in
        ``by``.

        Args:
            path: The file; it appears whole or not at all.
            selection: What it opens with, an ``rw.Selection``: that of a widget, for example.
            time_zones: IANA names of zones that a reader can choose beside the results' own.
            by: Columns that a reader can break lines down by; None: the campaign's variants, if it
                has some.
            min_cell: Counts from 1 to below it are hidden, with what would reveal them.

        Raises:
            QueryError: A zone or column is not known, or a column tells single users apart.
            OSError: The file cannot be written; nothing is left behind.
        """
        report = _module()
        options = report.Options(selection, time_zones, by, min_cell)
        written: Path = report.write_html(self, path, options)
        return written

    def to_pdf(self, path: str | Path, *, selection: object = None, min_cell: int = 0) -> Path:
        """Write a PDF: the dashboard as the selection shows it, then every number as a table.

        Raises:
            ResultsError: There is no Chromium to print with, or it fails.
        """
        report = _module()
        options = report.Options(selection, min_cell=min_cell)
        written: Path = report.write_pdf(self, path, options)
        return written

    def save_chart(
        self, path: str | Path, metric: str = "users", *, theme: str = "light", **selected: Any
    ) -> Path:
        """Write the chart of one metric as PNG, SVG or PDF, by the path's ending.

        Args:
            path: The file; it appears whole or not at all.
            metric: Key of the glossary.
            theme: ``light`` or ``dark``.
            **selected: Further traits of an ``rw.Selection``: ``action``, ``channel``, ``range``,
                ``every``, ``cumulative``, ``compare``, ``by``, ``time_zone`` …

        Raises:
            MissingExtraError: The extra ``export`` is not installed.
            QueryError: The metric, action, channel, interval, column, theme or ending is not known.
        """
        written: Path = _module().write_chart(self, path, metric=metric, theme=theme, **selected)
        return written

    def save_flow(
        self, path: str | Path, *, variant: str | None = None, theme: str = "light"
    ) -> Path:
        """Write the flow as SVG, PNG or PDF, by the path's ending; SVG needs no other package.

        Args:
            path: The file; it appears whole or not at all.
            variant: Id of the variant that is drawn, None for everybody.
            theme: ``light`` or ``dark``.

        Raises:
            MissingExtraError: It is no SVG, and the extra ``export`` is not installed.
            QueryError: The variant, theme or ending is not known.
        """
        written: Path = _module().write_flow(self, path, variant=variant, theme=theme)
        return written

    def snapshot(self, path: str | Path) -> Path:
        """Write every number as JSON, to be compared with later ones by `diff`."""
        written: Path = _module().write_snapshot(self, path)
        return written

    def diff(self, snapshot: str | Path) -> pl.DataFrame:
        """Return the numbers that moved since a snapshot.

        Returns:
            scope, owner (id of a channel or action, null for the campaign), metric (String), before,
            after, change (Float64), why (String: each cause with what it did to the number, in the
            order late events, new events, then campaign, definitions, zone, range and developers;
            the parts add up to the change).

        Raises:
            QueryError: The file is no snapshot of this campaign.
        """
        found: pl.DataFrame = _module().diff(self, snapshot)
        return found


def _values_and_users(data: Data, by: str) -> tuple[int, int]:
    """Return how many values a column has, and how many users have one."""
    data.check_by(by)
    known = data.events(by).filter(~nw.col(BY).is_null())
    found = collect(known.select(nw.col(BY).n_unique(), nw.col("user").n_unique()))
    return found[BY][0], found["user"][0]
