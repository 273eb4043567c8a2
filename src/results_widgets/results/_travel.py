"""Results that leave the notebook. Reports stand to the right of this room, so they are handed in."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

_reports: Callable[[], Any] | None = None


def report_with(load: Callable[[], Any]) -> None:
    """Say where reports are written: a function that gives the module, loaded when first needed."""
    global _reports  # noqa: PLW0603 - one hook per process
    _reports = load


def _module() -> Any:
    assert _reports is not None, "import results_widgets, not a part of it"
    return _reports()


class Travel:
    """The part of `Results` that writes files for others."""

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
            QueryError: A zone or column is not known.
            OSError: The file cannot be written; nothing is left behind.
        """
        written: Path = _module().write_html(
            self, path, selection=selection, time_zones=time_zones, by=by, min_cell=min_cell
        )
        return written

    def to_pdf(self, path: str | Path, *, min_cell: int = 0) -> Path:
        """Write a PDF: the dashboard, then every number as a table.

        Raises:
            ResultsError: There is no Chromium to print with, or it fails.
        """
        written: Path = _module().write_pdf(self, path, min_cell=min_cell)
        return written

    def snapshot(self, path: str | Path) -> Path:
        """Write every number as JSON, to be compared with later ones by `diff`."""
        written: Path = _module().write_snapshot(self, path)
        return written

    def diff(self, snapshot: str | Path) -> pl.DataFrame:
        """Return the numbers that moved since a snapshot.

        Returns:
            scope, owner (id of a channel or action, null for the campaign), metric (String), before,
            after, change (Float64), why (String).

        Raises:
            QueryError: The file is no snapshot of this campaign.
        """
        found: pl.DataFrame = _module().diff(self, snapshot)
        return found
