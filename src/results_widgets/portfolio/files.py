"""A portfolio as pages for others. Reports are in a higher layer; see `results.files`."""

from collections.abc import Sequence
from pathlib import Path

from results_widgets.disclosure import SHARED_USERS
from results_widgets.portfolio.members import HasMembers, walk_once
from results_widgets.results.files import report_module


def to_html(
    self: HasMembers,
    folder: str | Path,
    *,
    time_zones: Sequence[str] = (),
    min_cell: int = 0,
    min_users: int = SHARED_USERS,
    locale: str | None = None,
    columns: Sequence[str] | None = None,
) -> Path:
    """Write a folder of pages that work without a kernel and without a network: a summary, and one for each campaign.

    The summary, ``index.html``, is a table of the campaigns: channels, entries, converted rate with
    its interval, lift over the held-back users, value, trend and the share of closed windows; each name links to
    the campaign's page, as `Results.to_html` writes it. Readers can choose its columns, or small charts of
    entries, conversions, converted rate and value on one scale. Below it are the users in several campaigns, and
    the conversions that several campaigns claim.

    Args:
        folder: The folder; it is created if missing, and other files in it are kept.
        time_zones: IANA names of zones that a reader of a campaign's page can choose.
        min_cell: Counts from 1 up to but not including this are hidden, with everything that would reveal them;
            the summary then has no lift, value, trend or share of closed windows, and nothing about what campaigns
            share.
        min_users: Values of columns with fewer users are left out.
        locale: How numbers and days are written, such as ``"de"``.
        columns: The table's columns besides the name, as for `Campaigns`; None: the default columns.

    Returns:
        The path of the summary.

    Raises:
        QueryError: A zone, locale or column is not known, or the folder is a file.
        OSError: A file cannot be written.

    Examples:
        >>> page = portfolio.to_html("campaigns-in-march", min_cell=5)
        >>> sorted(one.name for one in page.parent.iterdir())
        ['1-spring.html', '2-autumn.html', 'index.html']
    """
    walk_once(self._members)
    report = report_module()
    options = report.Options(
        None, time_zones, None, min_cell, min_users, locale=locale, columns=columns
    )
    written: Path = report.write_portfolio(self, folder, options)
    return written
