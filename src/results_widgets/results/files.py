"""Results as files for others: pages, pictures and snapshots.

Reports are in a higher layer, so this module cannot import them; they are passed in.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Unpack

import polars as pl

from results_widgets._handed_in import HandedIn
from results_widgets.disclosure import SHARED_USERS
from results_widgets.glossary.names import MetricName
from results_widgets.keys import Theme
from results_widgets.locales import locale_of
from results_widgets.results.sections import Sections
from results_widgets.results.selected import SelectedScope
from results_widgets.results.session import HasSession

REPORTS: Final = HandedIn[Callable[[], Any]]()
"""Loads the module that writes reports, when the first one is written."""


def report_module() -> Any:
    """Return the module that writes reports."""
    return REPORTS.get()()


def to_html(  # noqa: PLR0913 - what a report holds has a name each
    self: HasSession,
    path: str | Path,
    *,
    selection: object = None,
    time_zones: Sequence[str] = (),
    by: Sequence[str] | None = None,
    min_cell: int = 0,
    min_users: int = SHARED_USERS,
    locale: str | None = None,
    annotations: object = None,
    **sections: Unpack[Sections],
) -> Path:
    """Write the dashboard as one HTML file that works without a kernel and without a network.

    It contains no user id and no attribute of a user, except for the values of the columns named in
    ``by`` that enough users share.

    Args:
        path: The file; it is written completely or not at all.
        selection: What the page shows first, an ``rw.Selection``, for example that of a widget.
        time_zones: IANA names of zones that a reader can choose besides that of the results.
        by: Columns that a reader can break down by; None: the campaign's variants, if it has some.
        min_cell: Counts from 1 up to but not including this are hidden, together with the numbers
            that they could be computed from.
        min_users: Values of the columns in ``by`` with fewer users are left out, except those that the campaign
            declares, such as its variants.
        locale: How numbers and days are written, such as ``"de"``; None: as the selection says, or
            in English.
        annotations: Notes on days of the chart, as for `Explore`: ``{"2026-03-08": "Price change"}``.
        **sections: Sections below the dashboard, each the result of the method of its name: ``attribution``,
            ``paths``,
            ``dialects``, ``sensitivity`` and ``reconcile``. Not together with ``min_cell``.

    Returns:
        The path.

    Raises:
        QueryError: A zone, locale or column is not known, no value of a column has at least ``min_users`` users, a
            section is given together with ``min_cell`` or is not the result of its method, or ``annotations`` are
            not texts by day.
        OSError: The file cannot be written; nothing is left behind.

    Examples:
        >>> results.to_html("win-back.html", time_zones=["Asia/Tokyo"], min_cell=5).name
        'win-back.html'
    """
    report = report_module()
    options = report.Options(
        selection,
        time_zones,
        by,
        min_cell,
        min_users,
        locale=locale,
        annotations=annotations,
        sections=sections,
    )
    written: Path = report.write_html(self, path, options)
    return written


def to_pdf(
    self: HasSession,
    path: str | Path,
    *,
    selection: object = None,
    min_cell: int = 0,
    locale: str | None = None,
    annotations: object = None,
    **sections: Unpack[Sections],
) -> Path:
    """Write a PDF: the dashboard as the selection shows it, then every number as a table.

    Args:
        path: The file; it is written completely or not at all.
        selection: What is shown, an ``rw.Selection``, for example that of a widget.
        min_cell: Counts from 1 up to but not including this are hidden, as in `to_html`.
        locale: How numbers and days are written, as in `to_html`.
        annotations: Notes on days of the chart, as in `to_html`.
        **sections: Sections below the dashboard, as in `to_html`.

    Returns:
        The path.

    Raises:
        QueryError: A section is given together with ``min_cell`` or is not the result of its method, or
            ``annotations`` are not texts by day.
        ResultsError: There is no Chromium to print with, or it fails.
        OSError: The file cannot be written; nothing is left behind.

    Examples:
        >>> results.to_pdf("win-back.pdf", min_cell=5).name
        'win-back.pdf'
    """
    report = report_module()
    options = report.Options(
        selection,
        min_cell=min_cell,
        locale=locale,
        annotations=annotations,
        sections=sections,
    )
    written: Path = report.write_pdf(self, path, options)
    return written


def save_chart(
    self: HasSession,
    path: str | Path,
    metric: "MetricName | None" = None,
    *,
    theme: Theme = "light",
    min_users: int = SHARED_USERS,
    annotations: object = None,
    **selected: Unpack[SelectedScope],
) -> Path:
    """Write the chart of one metric as PNG, SVG or PDF.

    Args:
        path: The file; its extension sets the format. It is written completely or not at all.
        metric: Key of the glossary; None: a suitable metric for the campaign, as in `explore`.
        theme: ``"light"`` or ``"dark"``.
        min_users: Groups of fewer users are left out, except those that the campaign declares.
        annotations: Notes on days of the chart, as in `to_html`.
        **selected: Further traits of an ``rw.Selection``, such as ``action``, ``channel``, ``range``,
            ``every``, ``cumulative``, ``compare``, ``by``, ``time_zone`` and ``locale``.

    Returns:
        The path.

    Raises:
        MissingExtraError: The extra ``export`` is not installed.
        QueryError: The metric, action, channel, interval, column, theme or ending is not known, or
            ``annotations`` are not texts by day.

    Examples:
        >>> results.save_chart("conversions.svg", "conversions", every="1w").name
        'conversions.svg'
    """
    asked = {} if metric is None else {"metric": metric}
    written: Path = report_module().write_chart(
        self,
        path,
        **asked,
        theme=theme,
        min_users=min_users,
        annotations=annotations,
        **selected,
    )
    return written


def save_flow(
    self: HasSession,
    path: str | Path,
    *,
    variant: str | None = None,
    theme: Theme = "light",
    locale: str = "en",
) -> Path:
    """Write the flow as SVG, PNG or PDF; SVG needs no further package.

    Args:
        path: The file; its extension sets the format. It is written completely or not at all.
        variant: Id of the variant to draw; None: everyone.
        theme: ``"light"`` or ``"dark"``.
        locale: How numbers are written, such as ``"de"``.

    Returns:
        The path.

    Raises:
        MissingExtraError: It is not an SVG, and the extra ``export`` is not installed.
        QueryError: The variant, theme or ending is not known.

    Examples:
        >>> results.save_flow("flow.svg", variant="A").name
        'flow.svg'
    """
    shown = self._with(self._session.written_in(locale_of(locale)))
    written: Path = report_module().write_flow(shown, path, variant=variant, theme=theme)
    return written


def snapshot(self: HasSession, path: str | Path) -> Path:
    """Write every number as JSON, for `diff` to compare later numbers with.

    Args:
        path: The file; it is written completely or not at all.

    Returns:
        The path.

    Raises:
        OSError: The file cannot be written; nothing is left behind.

    Examples:
        >>> results.snapshot("monday.json").name
        'monday.json'
    """
    written: Path = report_module().write_snapshot(self, path)
    return written


def diff(self: HasSession, snapshot: str | Path) -> pl.DataFrame:
    """Return the numbers that changed since a snapshot, and what changed them.

    The causes are applied in turn: late events, new events, then changes of the campaign, definitions, time zone,
        range and developers. Their contributions add up to the change.

    Args:
        snapshot: A file that `snapshot` wrote.

    Returns:
        scope (String): ``campaign``, ``channel`` or ``action``.
        owner (String): Id of the channel or action; null for the campaign.
        metric (String): Key of the glossary.
        before (Float64): The number in the snapshot.
        after (Float64): The number now.
        change (Float64): The difference.
        why (String): Each cause, and by how much it changed the number.

    Raises:
        QueryError: The file is not a snapshot of this campaign.

    Examples:
        >>> path = results.snapshot("monday.json")
        >>> results.analytics().diff(path).filter(metric="unique_users").select("before", "after", "why")
        shape: (1, 3)
        ┌────────┬───────┬────────────────┐
        │ before ┆ after ┆ why            │
        │ ---    ┆ ---   ┆ ---            │
        │ f64    ┆ f64   ┆ str            │
        ╞════════╪═══════╪════════════════╡
        │ 171.0  ┆ 169.0 ┆ developers: -2 │
        └────────┴───────┴────────────────┘
    """
    found: pl.DataFrame = report_module().diff(self, snapshot)
    return found
