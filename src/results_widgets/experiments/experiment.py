"""`Experiment`: what a campaign's arms show, its conditions and how sure it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from results_widgets.experiments import display, power, subgroups, tables, words
from results_widgets.experiments.assignment import Mismatch
from results_widgets.experiments.outcomes import CONVERTED, find
from results_widgets.experiments.study import Study
from results_widgets.experiments.verdict import Verdict, phrases_of, verdict_of
from results_widgets.experiments.words import Sentence, Summary
from results_widgets.locales import ENGLISH, Locale


@dataclass(frozen=True, repr=False)
class Experiment:
    """A comparison of a campaign's arms: estimates with their intervals, or why it is too early.

    Every user counts once, in the arm of the first entry in the range, and is observed for the same time from then
    on. Values and intervals cover only ripe users: those whose window has ended by the newest event. Shares and
    differences are fractions: 0.094 is 9.4 points. docs/experiments.md explains
    each method.

    Made by `Results.experiment`.

    Attributes:
        study: What the frames are made from.
        by_group: Returns the groups of a column, each with the same among its users.
        locale: How its sentences write numbers and days.

    Examples:
        >>> experiment = results.experiment(metrics="converted")
        >>> experiment.table.select("arm", "ripe_users", "value", "difference", "verdict")
        shape: (2, 5)
        ┌─────┬────────────┬──────────┬────────────┬───────────┐
        │ arm ┆ ripe_users ┆ value    ┆ difference ┆ verdict   │
        │ --- ┆ ---        ┆ ---      ┆ ---        ┆ ---       │
        │ str ┆ i64        ┆ f64      ┆ f64        ┆ str       │
        ╞═════╪════════════╪══════════╪════════════╪═══════════╡
        │ A   ┆ 72         ┆ 0.236111 ┆ 0.236111   ┆ too early │
        │ B   ┆ 88         ┆ 0.147727 ┆ 0.147727   ┆ too early │
        └─────┴────────────┴──────────┴────────────┴───────────┘
    """

    study: Study
    by_group: Callable[[str], list[tuple[Any, Study]]] | None = field(default=None, compare=False)
    locale: Locale = field(default=ENGLISH, compare=False)

    @cached_property
    def table(self) -> pl.DataFrame:
        """One row for each metric and treatment.

        metric, channel (null for the campaign's), arm; users (crossovers left out), ripe_users (the
        base of value), window (Duration); value, control_users, control_ripe_users, control_value;
        difference, low, high; relative, relative_low, relative_high; p_value, p_adjusted, method,
        verdict (``better``, ``worse``, ``no difference shown``, ``too early``, ``not comparable``).
        """
        return tables.table_of(self.study)

    @cached_property
    def arms(self) -> pl.DataFrame:
        """One row for each arm: arm, role (``control``, ``treatment``), declared_share, users, share,
        first and last (Datetime in the time zone: the earliest and latest first entry).
        """
        return tables.arms_of(self.study)

    @cached_property
    def incremental(self) -> pl.DataFrame:
        """What the treatments brought beyond their control: arm (each, and ``all`` together), metric
        (``conversions``, ``value``), per_user (the difference), total (the difference times the ripe
        users of the arm), low and high (of the total).
        """
        return tables.incremental_of(self.study)

    @cached_property
    def power(self) -> pl.DataFrame:
        """The smallest difference that would be shown with these users in 80 of 100 cases: metric,
        channel, arm, ripe_users, control_ripe_users, control_value, smallest_difference.
        """
        return power.power_of(self.study)

    @cached_property
    def mismatch(self) -> Mismatch | None:
        """How the arms' shares differ from those planned (a sample ratio mismatch): expected and seen users,
        chi_square and p_value; None if they do not. With a mismatch, every verdict is ``not comparable``.
        """
        return self.study.mismatch()

    @property
    def crossovers(self) -> int:
        """How many users were seen in two arms; they are left out unless ``crossovers="first"``."""
        return self.study.crossed

    @property
    def sentences(self) -> list[Sentence]:
        """The summary's sentences, each with the metrics that it is about."""
        return words.sentences_of(
            self.study, self.table.to_dicts(), phrases_of(self.study, self.locale)
        )

    def verdict(self, locale: Locale | None = None) -> Verdict:
        """Return the verdict in one line, as shown below a title.

        Args:
            locale: How numbers are written; None: as in the experiment's other sentences.

        Returns:
            Its ``kind``, ``title``, ``detail``, and the comparison that it is about.

        Examples:
            >>> results.experiment().verdict().title
            'Too early: 12 of 192 windows are open; decides around 18 April'
        """
        phrases = phrases_of(self.study, locale or self.locale)
        return verdict_of(self.study, self.table.to_dicts(), phrases)

    def over_time(self, metric: str, channel: str | None = None) -> pl.DataFrame:
        """Return a metric's difference as of the end of each day, over users whose window had ended by then.

        Args:
            metric: Its key, as in `table`; ``"email:unique_opened"`` names the channel as well.
            channel: Id of the channel whose metric is meant, if several have it.

        Returns:
            day (Date): Day of the look, in the time zone; the last one has all ripe users.
            arm (String): The arm.
            difference (Float64): Its difference from the control.
            low (Float64): Lower end of the interval that is valid at every look.
            high (Float64): Its upper end.
            pointwise_low (Float64): Lower end of the interval for a single look, on this day.
            pointwise_high (Float64): Its upper end.

        Raises:
            QueryError: The metric is not known.

        Examples:
            >>> looks = results.experiment().over_time("converted")
            >>> looks.select("day", "arm", "difference", "low", "high").tail(2)
            shape: (2, 5)
            ┌────────────┬─────┬────────────┬───────────┬──────────┐
            │ day        ┆ arm ┆ difference ┆ low       ┆ high     │
            │ ---        ┆ --- ┆ ---        ┆ ---       ┆ ---      │
            │ date       ┆ str ┆ f64        ┆ f64       ┆ f64      │
            ╞════════════╪═════╪════════════╪═══════════╪══════════╡
            │ 2026-04-11 ┆ A   ┆ 0.236111   ┆ -0.239611 ┆ 0.711833 │
            │ 2026-04-11 ┆ B   ┆ 0.147727   ┆ -0.18595  ┆ 0.481405 │
            └────────────┴─────┴────────────┴───────────┴──────────┘
        """
        return tables.over_time_of(self.study, find(self.study.outcomes, metric, channel))

    def subgroups(
        self, by: str, metric: str = CONVERTED, channel: str | None = None
    ) -> pl.DataFrame:
        """Return a metric's differences among the users of each group, adjusted for multiple comparisons.

        Args:
            by: A column of the users table, or of the events if it has a value on the rows that start entries.
            metric: The metric's key, as in `table`.
            channel: Id of the channel whose metric is meant, if several have it.

        Returns:
            by (its own type): The group, in a column of that name; the twelve with the most users.
            arm (String): The arm, followed by all columns of `table` from users to verdict except window.
                p_adjusted covers all rows of this frame.

        Raises:
            QueryError: The metric or column is not known, or the column has no value at entry.

        Examples:
            >>> results.experiment().subgroups("plan").select("plan", "arm", "users").head(2)
            shape: (2, 3)
            ┌──────┬─────┬───────┐
            │ plan ┆ arm ┆ users │
            │ ---  ┆ --- ┆ ---   │
            │ str  ┆ str ┆ i64   │
            ╞══════╪═════╪═══════╡
            │ free ┆ A   ┆ 59    │
            │ free ┆ B   ┆ 71    │
            └──────┴─────┴───────┘
        """
        assert self.by_group is not None, "made by Results.experiment"
        outcome = find(self.study.outcomes, metric, channel)
        wrong = self.mismatch is not None
        return subgroups.compared(self.by_group(by), outcome, by, wrong=wrong)

    def power_for(
        self, difference: float, metric: str = CONVERTED, channel: str | None = None
    ) -> pl.DataFrame:
        """Return how many more users and days are needed to detect a difference with 80 % power.

        Args:
            difference: The difference, a fraction: 0.01 is one point.
            metric: The metric's key, as in `table`.
            channel: Id of the channel whose metric is meant, if several have it.

        Returns:
            arm (String): The arm.
            needed_users (Int64): Ripe users needed in it, with the arms in their present proportion.
            needed_control_users (Int64): Ripe users needed in its control.
            missing_users (Int64): Users of both who have not entered yet.
            days (Float64): How long that takes at the rate at which users have entered so far, window included;
                null if nobody entered.

        Raises:
            QueryError: The metric is not known, or the difference is 0 or not possible.

        Examples:
            >>> results.experiment().power_for(0.1).select(pl.exclude("days"))
            shape: (2, 4)
            ┌─────┬──────────────┬──────────────────────┬───────────────┐
            │ arm ┆ needed_users ┆ needed_control_users ┆ missing_users │
            │ --- ┆ ---          ┆ ---                  ┆ ---           │
            │ str ┆ i64          ┆ i64                  ┆ i64           │
            ╞═════╪══════════════╪══════════════════════╪═══════════════╡
            │ A   ┆ 191          ┆ 54                   ┆ 147           │
            │ B   ┆ 225          ┆ 52                   ┆ 162           │
            └─────┴──────────────┴──────────────────────┴───────────────┘
        """
        return power.power_for(self.study, find(self.study.outcomes, metric, channel), difference)

    def summary(self) -> Summary:
        """Return the results in sentences that say only what the intervals support.

        Returns:
            The sentences, one per line; its ``sentences`` name the metrics of each.

        Examples:
            >>> print(results.experiment().summary().splitlines()[0])
            Too early: 12 of 192 windows are open; decides around 18 April.
        """
        return Summary.of(self.sentences)

    def chart(self) -> Any:
        """Return a forest plot: the difference and interval of each metric and arm.

        Returns:
            An Altair chart.

        Examples:
            >>> results.experiment().chart().to_dict()["description"]
            'Too early: 12 of 192 windows are open; decides around 18 April'
        """
        study = self.study
        title, level = self.verdict().title, study.design.level
        return display.chart_of(self.table, level, title, self.locale)

    @property
    def _rows(self) -> list[tuple[str, ...]]:
        return display.rows_as_text(self.study, self.table, phrases_of(self.study, self.locale))

    def __repr__(self) -> str:
        return display.as_text([one.text for one in self.sentences], self._rows)

    def _repr_html_(self) -> str:
        return display.as_html([one.text for one in self.sentences], self._rows)
