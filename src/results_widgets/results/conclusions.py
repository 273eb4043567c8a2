"""What can be concluded: whether the campaign had an effect, and how complete its conversions are so far."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

import polars as pl

from results_widgets.engine.breakdown import AskedBy
from results_widgets.engine.calendar import check_every, from_micros
from results_widgets.engine.query import Grouping
from results_widgets.experiments import Experiment, maturity as engine
from results_widgets.experiments.design import Crossovers, design_of
from results_widgets.experiments.estimates import Adjust
from results_widgets.experiments.forecast import forecast
from results_widgets.experiments.run import run
from results_widgets.keys import Every
from results_widgets.results.breakdown import by_last, named_by
from results_widgets.results.needing_users import users_of
from results_widgets.results.session import HasSession


def experiment(  # noqa: PLR0913, PLR0917 - fixed public signature
    self: HasSession,
    by: str = "variant",
    control: object = None,
    metrics: str | Iterable[str] | None = None,
    window: str | timedelta | None = None,
    level: float = 0.95,
    adjust: Adjust | None = "holm",
    sequential: bool = False,  # noqa: FBT001, FBT002 - fixed public signature
    covariate: str | None = None,
    crossovers: Crossovers | None = None,
    trust: bool = False,  # noqa: FBT001, FBT002 - fixed public signature
) -> Experiment:
    """Compare the arms of the campaign: did it work, which variant is better, and how certain that is.

    Every user counts once, in the arm of the first entry in the range, and is observed for the same time from then
    on. docs/experiments.md explains each method.

    Args:
        by: Column of the events or users that names each user's arm; the held back are an arm of
            their own.
        control: The arm that the others are compared with; None: the held back if there are any,
            else the variant marked as control.
        metrics: Keys of the metrics to compare, such as ``"converted"`` or ``"email:unique_opened"``;
            None: all.
        window: How long every user is observed, ``"7d"``; None: the attribution window.
        level: Level of the intervals.
        adjust: How p-values are adjusted for multiple comparisons: ``"holm"``, ``"fdr"`` or None.
        sequential: Whether intervals and p-values stay valid if you look at the results every day.
        covariate: A numeric column of the users table, or ``"before"`` for the same metric in the period before
            the entry. Differences between users that it explains are removed (CUPED).
        crossovers: What happens to users seen in two arms: None leaves them out, ``"first"`` keeps them in their
            first arm.
        trust: Whether to compare arms that were not assigned at random; every result then says so.

    Returns:
        The experiment: ``table``, ``arms``, ``incremental``, ``summary()`` and so on.

    Raises:
        QueryError: A name or value is not known, no user has an arm, the control has to be named, the arms were
            not assigned at random, or the results come from a roll-up, which has no users.

    Examples:
        >>> found = results.experiment()
        >>> found.arms.select("arm", "role", "declared_share", "users")
        shape: (3, 4)
        ┌───────────┬───────────┬────────────────┬───────┐
        │ arm       ┆ role      ┆ declared_share ┆ users │
        │ ---       ┆ ---       ┆ ---            ┆ ---   │
        │ str       ┆ str       ┆ f64            ┆ i64   │
        ╞═══════════╪═══════════╪════════════════╪═══════╡
        │ A         ┆ treatment ┆ 0.45           ┆ 77    │
        │ B         ┆ treatment ┆ 0.45           ┆ 94    │
        │ held_back ┆ control   ┆ 0.1            ┆ 21    │
        └───────────┴───────────┴────────────────┴───────┘
        >>> found.table.filter(metric="converted").select("arm", "difference", "low", "high", "verdict")
        shape: (2, 5)
        ┌─────┬────────────┬───────────┬──────────┬───────────┐
        │ arm ┆ difference ┆ low       ┆ high     ┆ verdict   │
        │ --- ┆ ---        ┆ ---       ┆ ---      ┆ ---       │
        │ str ┆ f64        ┆ f64       ┆ f64      ┆ str       │
        ╞═════╪════════════╪═══════════╪══════════╪═══════════╡
        │ A   ┆ 0.236111   ┆ 0.054799  ┆ 0.345988 ┆ too early │
        │ B   ┆ 0.147727   ┆ -0.023969 ┆ 0.236511 ┆ too early │
        └─────┴────────────┴───────────┴──────────┴───────────┘
    """
    session = self._session
    design = design_of(
        by=by,
        control=control,
        metrics=metrics,
        window=window,
        level=level,
        adjust=adjust,
        sequential=sequential,
        covariate=covariate,
        crossovers=crossovers,
        trust=trust,
    )
    data = users_of(session, "who is in which arm, or in two of them, and whose window has ended")
    found = session.cached("experiment", design, compute=lambda: run(data, session.query, design))
    if session.locale == found.locale:
        return found
    name = "experiment in a language"
    return session.cached(
        name, (design, session.locale.name), compute=lambda: replace(found, locale=session.locale)
    )


def maturity(self: HasSession) -> pl.DataFrame:
    """Return how many entries of the range are still open, and what share will have converted in the end.

    The forecast assumes that open entries will behave as earlier entries did at the same age; windows that end and
    exits are competing events. Entries held back are left out, unless
    the definition set counts them.

    Returns:
        entries (Int64): Entries that start in the range.
        open (Int64): Those whose window has not ended by the newest event.
        converted_rate (Float64): Share of these entries that have converted so far.
        forecast (Float64): The expected share once all windows are closed; null until enough entries have been
            observed to their end.
        forecast_low (Float64): Lower end of its 95 % interval; without a forecast, the bound that is certain.
        forecast_high (Float64): Upper end, likewise.
        decides_at (Datetime µs in the time zone): When the last window closes, unless a later action extends it;
            null if all are closed.

    Raises:
        QueryError: The results come from a roll-up, which has no entries.

    Examples:
        >>> results.maturity().select("entries", "open", "converted_rate", "forecast")
        shape: (1, 4)
        ┌─────────┬──────┬────────────────┬──────────┐
        │ entries ┆ open ┆ converted_rate ┆ forecast │
        │ ---     ┆ ---  ┆ ---            ┆ ---      │
        │ i64     ┆ i64  ┆ f64            ┆ f64      │
        ╞═════════╪══════╪════════════════╪══════════╡
        │ 194     ┆ 25   ┆ 0.170103       ┆ 0.176404 │
        └─────────┴──────┴────────────────┴──────────┘
    """
    session = self._session
    users_of(session, _ENTRIES)
    found = session.cached("maturity", compute=lambda: forecast(session.scoped()))
    rate, low, high = found.ends()
    zone = session.query.time_zone
    closes = None if found.decides_at is None else from_micros(found.decides_at)
    row = (found.entries, found.open, found.rate, rate, low, high, closes)
    schema: dict[str, pl.DataType] = {
        "entries": pl.Int64(),
        "open": pl.Int64(),
        "converted_rate": pl.Float64(),
        "forecast": pl.Float64(),
        "forecast_low": pl.Float64(),
        "forecast_high": pl.Float64(),
        "decides_at": pl.Datetime("us", "UTC"),
    }
    frame = pl.DataFrame([row], schema, orient="row")
    return frame.with_columns(pl.col("decides_at").dt.convert_time_zone(zone))


def cohorts(self: HasSession, every: Every = "1w") -> pl.DataFrame:
    """Return the share of each week's entries that had converted by each age, so that weeks can be compared.

    Entries held back are left out, unless the definition set counts them.

    Args:
        every: Length of a cohort: ``"1h"``, ``"1d"``, ``"1w"`` or ``"1mo"``.

    Returns:
        start (Datetime µs in the time zone): Start of the interval that the entries start in.
        entries (Int64): How many there are.
        age_days (Int64): Age of the entries, in days of 24 hours, from 1.
        converted_rate (Float64): Share of them that had converted by that age; null where the youngest of them is
            not that old yet.

    Raises:
        QueryError: The interval is not known, or the results come from a roll-up.

    Examples:
        >>> results.cohorts("1mo").filter(pl.col("age_days").is_in([1, 7]))
        shape: (4, 4)
        ┌─────────────────────────┬─────────┬──────────┬────────────────┐
        │ start                   ┆ entries ┆ age_days ┆ converted_rate │
        │ ---                     ┆ ---     ┆ ---      ┆ ---            │
        │ datetime[μs, UTC]       ┆ i64     ┆ i64      ┆ f64            │
        ╞═════════════════════════╪═════════╪══════════╪════════════════╡
        │ 2026-03-01 00:00:00 UTC ┆ 162     ┆ 1        ┆ 0.049383       │
        │ 2026-03-01 00:00:00 UTC ┆ 162     ┆ 7        ┆ 0.197531       │
        │ 2026-04-01 00:00:00 UTC ┆ 32      ┆ 1        ┆ 0.0            │
        │ 2026-04-01 00:00:00 UTC ┆ 32      ┆ 7        ┆ null           │
        └─────────────────────────┴─────────┴──────────┴────────────────┘
    """
    session = self._session
    users_of(session, _ENTRIES)
    scoped = session.scoped(Grouping(every=check_every(every)))
    found = session.cached("cohorts", every, compute=lambda: engine.cohorts(scoped, every))
    start = pl.col("start").cast(pl.Datetime("us", "UTC"))
    return found.with_columns(start.dt.convert_time_zone(session.query.time_zone))


def time_to_convert(self: HasSession, by: AskedBy = None) -> pl.DataFrame:
    """Return the share of entries that convert within a given time, as far as it is known by now.

    The curve is a Kaplan-Meier estimate. Entries that do not convert are observed until their window ends or, if
    it is open, until the newest event; an exit ends them as well. Entries held back
    are left out, unless the definition set counts them.

    Args:
        by: Column of the events or users to break down by, one of `breakdowns`; or several.

    Returns:
        time (Duration µs): Time since the entry's start, whenever an entry converts or ends.
        at_risk (Int64): Entries observed at least that long that had not converted before.
        converted (Int64): Those that convert then.
        censored (Int64): Those whose observation ends then without a conversion.
        value (Float64): Share of entries that have converted by then.
        low (Float64): Lower end of its 95 % interval; null before the first conversion.
        high (Float64): Upper end.
        by (its own type): With ``by``, the group, in a column of that name; one column for each of several.

    Raises:
        QueryError: There is no such column, or the results come from a roll-up.

    Examples:
        >>> results.time_to_convert().select("time", "at_risk", "converted", "value").head(3)
        shape: (3, 4)
        ┌──────────────────┬─────────┬───────────┬──────────┐
        │ time             ┆ at_risk ┆ converted ┆ value    │
        │ ---              ┆ ---     ┆ ---       ┆ ---      │
        │ duration[μs]     ┆ i64     ┆ i64       ┆ f64      │
        ╞══════════════════╪═════════╪═══════════╪══════════╡
        │ 1h 59m 16s 903ms ┆ 194     ┆ 1         ┆ 0.005155 │
        │ 2h 58m 31s 864ms ┆ 193     ┆ 1         ┆ 0.010309 │
        │ 6h 4m 50s 945ms  ┆ 192     ┆ 1         ┆ 0.015464 │
        └──────────────────┴─────────┴───────────┴──────────┘
    """
    session = self._session
    users_of(session, _ENTRIES)
    columns = session.data.check_by(by)
    scoped = session.scoped(Grouping(by=columns))
    found = session.cached("survival", columns, compute=lambda: engine.survival(scoped))
    return named_by(by_last(found, columns), columns)


_ENTRIES: Final = "when each entry started, converted and ended"
