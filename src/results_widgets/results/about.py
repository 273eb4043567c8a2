"""What the numbers mean, and what they are computed from."""

import polars as pl

from results_widgets.disclosure import SYNCED_USERS
from results_widgets.engine.cache import Key
from results_widgets.engine.calendar import from_micros
from results_widgets.engine.quality import (
    outside_entries,
    quality as check_quality,
    share_kept,
    unread_files,
)
from results_widgets.glossary import Metric
from results_widgets.glossary.names import MetricName
from results_widgets.results.findings import Findings
from results_widgets.results.session import HasSession, Session

_GLOSSARY = (
    "scope",
    "channel",
    "key",
    "label",
    "unit",
    "numerator",
    "denominator",
    "text",
    "missing",
)


_TELLING = 100
"""Fewest rows or users that a check looked at for it to be told beside the numbers."""


def glossary(self: HasSession) -> pl.DataFrame:
    """Return what every metric of this campaign means under the current definition set.

    Returns:
        scope (String): What it is computed for: ``campaign``, ``channel`` or ``action``.
        channel (String): The channel it belongs to; null for all.
        metric (String): Its key, as methods take it.
        label (String): Its name on screen.
        unit (String): ``count``, ``users`` or ``entries`` (distinct), ``rate``, ``amount`` or ``seconds``.
        numerator (String): Key of the metric above the line of a rate.
        denominator (String): Key of the metric below it.
        text (String): What it means, in one sentence; for a rate also its denominator, where that differs from the
            definition set.
        missing (String): Why it is null everywhere, such as a source that never reports its event; else null.

    Examples:
        >>> results.glossary().select("metric", "unit", "numerator", "denominator").head(3)
        shape: (3, 4)
        ┌───────────────────┬───────┬──────────────┬─────────────┐
        │ metric            ┆ unit  ┆ numerator    ┆ denominator │
        │ ---               ┆ ---   ┆ ---          ┆ ---         │
        │ str               ┆ str   ┆ str          ┆ str         │
        ╞═══════════════════╪═══════╪══════════════╪═════════════╡
        │ users             ┆ count ┆ null         ┆ null        │
        │ unique_users      ┆ users ┆ null         ┆ null        │
        │ unique_users_rate ┆ rate  ┆ unique_users ┆ users       │
        └───────────────────┴───────┴──────────────┴─────────────┘
    """
    metrics = self._session.metrics()
    rows = [[getattr(metric, name) or None for name in _GLOSSARY] for metric in metrics]
    schema = dict.fromkeys(_GLOSSARY, pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row").rename({"key": "metric"})


def describe(
    self: HasSession, metric: "MetricName", action: str | None = None, channel: str | None = None
) -> Metric:
    """Return what one metric means.

    Args:
        metric: Key of the glossary.
        action: Id of the action that the metric belongs to.
        channel: Id of the channel that the metric belongs to.

    Returns:
        The glossary's row: ``label``, ``unit``, ``text``, ``numerator``, ``denominator`` and so on.

    Raises:
        QueryError: The metric, action or channel is not known.

    Examples:
        >>> results.describe("conversion_rate").unit
        'rate'
        >>> results.describe("open_rate", channel="email").denominator
        'delivered'
    """
    return self._session.describe(metric, action, channel)


def quality(self: HasSession) -> Findings:
    """Return possible problems of the events, as a frame that prints every row and text in full.

    Below the table it prints, for each finding, its effect on the numbers and the code that leaves out or corrects
    the rows. With the entry clock it also counts events outside any entry; see `with_clock`. Its ``share_kept``
    (float) is the share of counted rows among those that name the campaign, its actions or its goal.
    `docs/quality.md` lists every finding. All data is examined, whatever the range and definition set.

    Returns:
        check (String): What was looked for; one row per finding.
        rows (Int64): How many rows were found; or users, days and so on, see ``counts``.
        share (Float64): Share of all rows, users, days or actions; null for files.
        kept (Boolean): Whether these rows still count.
        example (String): One of them.
        text (String): What they are and what is done with them.
        severity (String): ``serious``, ``warning`` or ``notice``; null where nothing was found.
        counts (String): What is counted: ``rows``, ``users``, ``days``, ``actions`` or ``files``.
        among (Int64): How many could have been affected, such as all clicks; the severity depends on the share of
            these.
        effect (String): What it does to the numbers.
        metrics (List(String)): The metrics that it touches most.
        fix (String): Python code on ``events``, ``users`` and ``results`` that leaves out or corrects the rows;
            null where nothing was found, or there is nothing to leave out.

    Raises:
        QueryError: These results were made from a roll-up, which has no events to examine.

    Examples:
        >>> results.quality().filter(pl.col("rows") > 0).select("check", "rows", "severity")
        shape: (2, 3)
        ┌───────────────────┬──────┬──────────┐
        │ check             ┆ rows ┆ severity │
        │ ---               ┆ ---  ┆ ---      │
        │ str               ┆ i64  ┆ str      │
        ╞═══════════════════╪══════╪══════════╡
        │ repeated event id ┆ 4    ┆ notice   │
        │ developers        ┆ 28   ┆ notice   │
        └───────────────────┴──────┴──────────┘
    """
    return findings(self._session, 1)


def findings(session: Session, least: int) -> Findings:
    """Return `Results.quality`, with only those examples that at least ``least`` users share."""
    data = session.data.require_users()
    found = data.cached(_key(least), lambda: check_quality(data, least))
    parts = [found, unread_files(session.reading.problems)]
    if session.query.clock == "entry":
        definitions = session.query.definitions
        key = Key[pl.DataFrame]("outside entries", (data.codes.interacted(definitions),))
        parts.append(data.cached(key, lambda: outside_entries(data, definitions)))
    every = pl.concat(parts)
    return Findings(every, data.cached(Key("share kept"), lambda: share_kept(data)))


def serious_findings(session: Session, *, examine: bool, min_cell: int = 0) -> str:
    """Return the serious findings that no other note mentions, in two sentences; empty if there are none.

    Args:
        session: The results.
        examine: Whether to examine the events if nobody has asked for their quality yet, which takes about a
            second for a million of them.
        min_cell: Counts below it are not shown; 0 shows all.
    """
    if not session.data.has_users:
        return ""
    known = (session.data.cache.known(_key(least)) for least in (1, SYNCED_USERS))
    found = next((one for one in known if one is not None), None)
    if found is None:
        if not examine:
            return ""
        found = findings(session, SYNCED_USERS)
    # Rows left out and wrong clocks have notes of their own. Where few rows were examined, one is soon a large share.
    few = pl.col("counts").is_in(["rows", "users"]) & (pl.col("among") < _TELLING)
    told = ~pl.col("kept") | (pl.col("check") == "wrong clock")
    serious = found.filter(pl.col("severity") == "serious", ~told, ~few)
    named = [
        f"{check} ({session.locale.exact(rows)} {_counted(counts, rows)})"
        if rows >= min_cell
        else check
        for check, rows, counts in serious.select("check", "rows", "counts").rows()
    ]
    if not named:
        return ""
    return (
        f"The events are in doubt: {', '.join(named)}. results.quality() says what this does to the numbers "
        "and how to fix it."
    )


def _counted(counts: str, count: int) -> str:
    """Return what a finding counts as it follows a number."""
    return counts.removesuffix("s") if count == 1 else counts


def _key(least: int) -> Key[pl.DataFrame]:
    return Key("quality", (least,))


def freshness(self: HasSession) -> pl.DataFrame:
    """Return how fresh the data is, in one row.

    Returns:
        newest_event (Datetime µs in the time zone): Time of the newest event.
        read_at (Datetime µs in the time zone): When the data was read.
        behind (Duration µs): How old the newest event was then.
        wrong_clocks (Int64): How many events have times so far outside the campaign that the columns above ignore
            them; the rule is in `docs/rules.md`.
        version (String): The version of the events' table, where it has one: ``"version 12"`` of Delta Lake,
            ``"snapshot 59371…"`` of Iceberg, ``"3 files"`` of an address; null for any other source.

    Examples:
        >>> results.freshness()["newest_event"].item()
        datetime.datetime(2026, 4, 12, 20, 57, 20, 756000, tzinfo=zoneinfo.ZoneInfo(key='UTC'))
    """
    session = self._session
    newest, read_at = from_micros(session.newest), session.read_at
    row = {
        "newest_event": newest,
        "read_at": read_at,
        "behind": read_at - newest,
        "wrong_clocks": session.data.clocks.wrong,
        "version": session.reading.version,
    }
    times = [
        pl.col(name).dt.convert_time_zone(session.query.time_zone)
        for name in ("newest_event", "read_at")
    ]
    return pl.DataFrame(row, schema_overrides={"version": pl.String}).with_columns(times)
