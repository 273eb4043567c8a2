"""The numbers of the campaign, its channels and its actions."""

from typing import Literal, overload

import polars as pl

from results_widgets.engine.breakdown import AskedBy, By
from results_widgets.engine.metrics.plan import OWNER
from results_widgets.engine.metrics.table import answer
from results_widgets.engine.query import Grouping
from results_widgets.glossary import Scope
from results_widgets.results.breakdown import by_last, named_by
from results_widgets.results.formatted import Written, as_text, checked_locale
from results_widgets.results.intervals import table_with_intervals
from results_widgets.results.session import HasSession, Session


@overload
def overview(
    self: HasSession,
    by: AskedBy = None,
    interval: float | None = None,
    *,
    formatted: bool = False,
    locale: None = None,
) -> pl.DataFrame: ...


@overload
def overview(
    self: HasSession,
    by: AskedBy = None,
    interval: float | None = None,
    *,
    formatted: Literal[True],
    locale: str | None = None,
) -> pl.DataFrame: ...


def overview(
    self: HasSession,
    by: AskedBy = None,
    interval: float | None = None,
    *,
    formatted: bool = False,
    locale: str | None = None,
) -> pl.DataFrame:
    """Return the metrics of the campaign as a whole.

    Args:
        by: Column of the events or users to break down by, one of `breakdowns`; or several, for a group per
            combination of values that occurs.
        interval: Level of the intervals to add, ``0.95``; None adds none.
        formatted: Whether to return text for printing and Markdown instead, formatted as on screen and in reports:
            ``label``, ``text`` (such as ``"27 d 23 h"``, ``"14.0 %"``, ``"n/a"``) and ``note``
            (what a rate is a share of, its interval, or why there is no number).
        locale: With ``formatted``, how numbers are written, such as ``"de"``; None: in English.

    Returns:
        metric (String): Key of the glossary.
        value (Float64): The number; null for a rate whose denominator is 0.
        numerator (Float64): Number above the line of a rate; null for other metrics.
        denominator (Float64): Number below the line of a rate; null for other metrics.
        low (Float64): With ``interval``, the lower end of a proportion's Wilson interval; null for
            other metrics, such as values per entry, or opens per delivery, where one delivery can have several.
        high (Float64): With ``interval``, its upper end.
        by (its own type): With ``by``, the group, in a column of that name; null for rows without one. With
            several columns, one column for each.

    Raises:
        QueryError: There is no such column to break down by, ``interval`` is not between 0 and 1, or the locale
            is not known.

    Examples:
        >>> results.overview().head(3)
        shape: (3, 4)
        ┌───────────────────┬──────────┬───────────┬─────────────┐
        │ metric            ┆ value    ┆ numerator ┆ denominator │
        │ ---               ┆ ---      ┆ ---       ┆ ---         │
        │ str               ┆ f64      ┆ f64       ┆ f64         │
        ╞═══════════════════╪══════════╪═══════════╪═════════════╡
        │ users             ┆ 194.0    ┆ null      ┆ null        │
        │ unique_users      ┆ 171.0    ┆ null      ┆ null        │
        │ unique_users_rate ┆ 0.881443 ┆ 171.0     ┆ 194.0       │
        └───────────────────┴──────────┴───────────┴─────────────┘
        >>> results.overview(by="variant").filter(metric="conversions")
        shape: (3, 5)
        ┌─────────────┬───────┬───────────┬─────────────┬─────────┐
        │ metric      ┆ value ┆ numerator ┆ denominator ┆ variant │
        │ ---         ┆ ---   ┆ ---       ┆ ---         ┆ ---     │
        │ str         ┆ f64   ┆ f64       ┆ f64         ┆ str     │
        ╞═════════════╪═══════╪═══════════╪═════════════╪═════════╡
        │ conversions ┆ 18.0  ┆ null      ┆ null        ┆ A       │
        │ conversions ┆ 15.0  ┆ null      ┆ null        ┆ B       │
        │ conversions ┆ 0.0   ┆ null      ┆ null        ┆ null    │
        └─────────────┴───────┴───────────┴─────────────┴─────────┘
        >>> found = results.overview(interval=0.95).filter(metric="converted_rate")
        >>> found.select("value", "low", "high")
        shape: (1, 3)
        ┌──────────┬──────────┬──────────┐
        │ value    ┆ low      ┆ high     │
        │ ---      ┆ ---      ┆ ---      │
        │ f64      ┆ f64      ┆ f64      │
        ╞══════════╪══════════╪══════════╡
        │ 0.170103 ┆ 0.123763 ┆ 0.229254 │
        └──────────┴──────────┴──────────┘
        >>> results.overview(formatted=True)[[10, 11]]
        ┌─────────────────┬──────────┬───────────────────────────┐
        │ label           ┆ text     ┆ note                      │
        ╞═════════════════╪══════════╪═══════════════════════════╡
        │ Goal value      ┆ 1,301.09 ┆                           │
        │ Value per entry ┆     6.71 ┆ 1,301.09 over 194 entries │
        └─────────────────┴──────────┴───────────────────────────┘
    """
    written = checked_locale(self._session, locale, formatted=formatted)
    columns = written.data.check_by(by)
    found = _answered(self._session, "campaign", columns, interval)
    if formatted:
        return Written(named_by(as_text(written, found, "campaign", interval), columns))
    return named_by(found.drop(OWNER), columns)


@overload
def channels(
    self: HasSession,
    by: AskedBy = None,
    interval: float | None = None,
    *,
    formatted: bool = False,
    locale: None = None,
) -> pl.DataFrame: ...


@overload
def channels(
    self: HasSession,
    by: AskedBy = None,
    interval: float | None = None,
    *,
    formatted: Literal[True],
    locale: str | None = None,
) -> pl.DataFrame: ...


def channels(
    self: HasSession,
    by: AskedBy = None,
    interval: float | None = None,
    *,
    formatted: bool = False,
    locale: str | None = None,
) -> pl.DataFrame:
    """Return the metrics of each channel.

    Args:
        by: Column of the events or users to break down by, one of `breakdowns`; or several, for a group per
            combination of values that occurs.
        interval: Level of the intervals to add, ``0.95``; None adds none.
        formatted: Whether to return text for printing and Markdown instead, formatted as on screen and in reports:
            ``channel``, ``label``, ``text`` (such as ``"27 d 23 h"``, ``"14.0 %"``, ``"n/a"``) and ``note``
            (what a rate is a share of, its interval, or why there is no number).
        locale: With ``formatted``, how numbers are written, such as ``"de"``; None: in English.

    Returns:
        channel (String): Id of the channel.
        metric (String): Key of the glossary.
        value (Float64): The number; null for a rate whose denominator is 0.
        numerator (Float64): Number above the line of a rate; null for other metrics.
        denominator (Float64): Number below the line of a rate; null for other metrics.
        low (Float64): With ``interval``, the lower end of a proportion's Wilson interval; null for
            other metrics, such as values per entry, or opens per delivery, where one delivery can have several.
        high (Float64): With ``interval``, its upper end.
        by (its own type): With ``by``, the group, in a column of that name; null for rows without one. With
            several columns, one column for each.

    Raises:
        QueryError: There is no such column to break down by, ``interval`` is not between 0 and 1, or the locale
            is not known.

    Examples:
        >>> results.channels().filter(channel="email", metric="open_rate")
        shape: (1, 5)
        ┌─────────┬───────────┬──────────┬───────────┬─────────────┐
        │ channel ┆ metric    ┆ value    ┆ numerator ┆ denominator │
        │ ---     ┆ ---       ┆ ---      ┆ ---       ┆ ---         │
        │ str     ┆ str       ┆ f64      ┆ f64       ┆ f64         │
        ╞═════════╪═══════════╪══════════╪═══════════╪═════════════╡
        │ email   ┆ open_rate ┆ 0.535316 ┆ 144.0     ┆ 269.0       │
        └─────────┴───────────┴──────────┴───────────┴─────────────┘
    """
    written = checked_locale(self._session, locale, formatted=formatted)
    columns = written.data.check_by(by)
    found = _answered(self._session, "channel", columns, interval)
    if formatted:
        return Written(named_by(as_text(written, found, "channel", interval), columns))
    return named_by(found.rename({OWNER: "channel"}), columns)


@overload
def actions(
    self: HasSession,
    by: AskedBy = None,
    interval: float | None = None,
    *,
    formatted: bool = False,
    locale: None = None,
) -> pl.DataFrame: ...


@overload
def actions(
    self: HasSession,
    by: AskedBy = None,
    interval: float | None = None,
    *,
    formatted: Literal[True],
    locale: str | None = None,
) -> pl.DataFrame: ...


def actions(
    self: HasSession,
    by: AskedBy = None,
    interval: float | None = None,
    *,
    formatted: bool = False,
    locale: str | None = None,
) -> pl.DataFrame:
    """Return the metrics of each action.

    Args:
        by: Column of the events or users to break down by, one of `breakdowns`; or several, for a group per
            combination of values that occurs.
        interval: Level of the intervals to add, ``0.95``; None adds none.
        formatted: Whether to return text for printing and Markdown instead, formatted as on screen and in reports:
            ``action``, ``channel``, ``label``, ``text`` (such as ``"27 d 23 h"``, ``"14.0 %"``, ``"n/a"``) and ``note``
            (what a rate is a share of, its interval, or why there is no number).
        locale: With ``formatted``, how numbers are written, such as ``"de"``; None: in English.

    Returns:
        action_id (String): Id of the action.
        action (String): Its name.
        channel (String): Id of its channel.
        metric (String): Key of the glossary.
        value (Float64): The number; null for a rate whose denominator is 0.
        numerator (Float64): Number above the line of a rate; null for other metrics.
        denominator (Float64): Number below the line of a rate; null for other metrics.
        low (Float64): With ``interval``, the lower end of a proportion's Wilson interval; null for
            other metrics, such as values per entry, or opens per delivery, where one delivery can have several.
        high (Float64): With ``interval``, its upper end.
        by (its own type): With ``by``, the group, in a column of that name; null for rows without one. With
            several columns, one column for each.

    Raises:
        QueryError: There is no such column to break down by, ``interval`` is not between 0 and 1, or the locale
            is not known.

    Examples:
        >>> results.actions().filter(metric="users_received").select("action", "channel", "value").head(3)
        shape: (3, 3)
        ┌──────────────┬─────────┬───────┐
        │ action       ┆ channel ┆ value │
        │ ---          ┆ ---     ┆ ---   │
        │ str          ┆ str     ┆ f64   │
        ╞══════════════╪═════════╪═══════╡
        │ We miss you  ┆ email   ┆ 171.0 │
        │ Reminder     ┆ push    ┆ 106.0 │
        │ Tell the CRM ┆ webhook ┆ 15.0  │
        └──────────────┴─────────┴───────┘
    """
    session = checked_locale(self._session, locale, formatted=formatted)
    columns = session.data.check_by(by)
    found = _answered(session, "action", columns, interval)
    if formatted:
        return Written(named_by(as_text(session, found, "action", interval), columns))
    found = found.rename({OWNER: "action_id"})
    names = {action.id: action.label for action in session.campaign.actions}
    owners = {action.id: action.channel for action in session.campaign.actions}
    action, channel = (
        pl.col("action_id").replace_strict(values, return_dtype=pl.String).alias(name)
        for name, values in (("action", names), ("channel", owners))
    )
    found = found.select("action_id", action, channel, pl.all().exclude("action_id"))
    return named_by(found, columns)


def _answered(
    session: Session, scope: Scope, by: By | None, interval: float | None
) -> pl.DataFrame:
    found = session.cached(
        "answer", scope, by, compute=lambda: answer(session.scoped(Grouping(by=by)), scope)
    )
    found = table_with_intervals(session, found, scope, interval)
    return by_last(found, by)
