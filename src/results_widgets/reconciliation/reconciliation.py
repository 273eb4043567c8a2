"""`Reconciliation`: a vendor's numbers beside ours, with the causes of each difference."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final

import polars as pl

from results_widgets._text import escape
from results_widgets.errors import QueryError
from results_widgets.locales import Locale
from results_widgets.reconciliation import display
from results_widgets.reconciliation.frames import alone_of, rules_of, table_of, waterfall_of
from results_widgets.reconciliation.scenario import Scenario
from results_widgets.reconciliation.trial import Trial
from results_widgets.reconciliation.waterfall import Line
from results_widgets.reconciliation.words import label_of, sentences_of, shown, signed

_MOST_CHARTS: Final = 12


class Reconciliation:
    """A vendor's numbers beside ours, with the causes of each difference; made by `Results.reconcile`.

    Rules are changed one on top of the other, from ours to theirs, in the order of `rules`: which rows
    there are, whose they are, which of them count, for how long, how users are counted, and what a rate
    is taken of. Each step is what changing that one rule does to the number, so that the steps and the
    rest add up to the difference.

    Examples:
        >>> theirs = [{"action": "We miss you", "metric": "Unique opens", "value": 70}]
        >>> found = results.reconcile(pl.DataFrame(theirs))
        >>> found.table.select("action", "metric", "ours", "theirs", "rest").rows()
        [('we-miss-you', 'unique_opened', 71.0, 70.0, 0.0)]
    """

    def __init__(
        self,
        lines: Sequence[Line],
        trials: Sequence[Trial],
        ours: Scenario,
        said: str,
        locale: Locale,
    ) -> None:
        self._lines = tuple(lines)
        self._trials = tuple(trials)
        self._ours = ours
        self._said = said
        self._locale = locale

    @cached_property
    def table(self) -> pl.DataFrame:
        """One row for each number of theirs, in their order.

        Returns:
            action (String): Id of the action; null for the campaign or a channel.
            channel (String): Id of the channel; null for the campaign.
            metric (String): Key of the glossary.
            ours (Float64): Our number under our own rules; null where there is none.
            theirs (Float64): Their number, a rate as a fraction; null where they have none.
            difference (Float64): Theirs less ours.
            explained (Float64): What the causes add up to.
            rest (Float64): What no cause explains.
            text (String): ``equal``, ``explained``, ``explained but for rounding``, ``not explained``, or
                ``n/a`` and why.
        """
        return table_of(self._lines)

    @cached_property
    def waterfall(self) -> pl.DataFrame:
        """One row for each number and cause, in the order in which they are changed; the last is the rest.

        Returns:
            action (String): As in `table`.
            channel (String): As in `table`.
            metric (String): As in `table`.
            cause (String): The cause, as in `rules`, or ``rest``.
            step (Float64): What changing this rule on top of those before it does to our number; null
                where the cause cannot be tried on this data.
            value (Float64): The number after it.
            alone (Float64): What it does if it is the only rule changed.
            text (String): Their rule in words, or ``n/a`` and why.
        """
        return waterfall_of(self._lines)

    @cached_property
    def alone(self) -> pl.DataFrame:
        """Our numbers with each rule changed alone, those included that are not on the way to theirs.

        Returns:
            action (String): As in `table`.
            channel (String): As in `table`.
            metric (String): As in `table`.
            cause (String): The cause.
            value (Float64): Our number with this one rule changed.
            change (Float64): That less our number.
            status (String): As in `rules`.
        """
        return alone_of(self._lines, self._trials)

    @cached_property
    def rules(self) -> pl.DataFrame:
        """Every cause in the order in which they are changed, with the rule that ours and theirs have.

        Returns:
            cause (String): Its name.
            label (String): Its name on screen.
            ours (String): Our rule in words.
            theirs (String): Theirs: told, assumed, or tried.
            status (String): ``told`` and ``assumed`` are on the way to their numbers; ``same`` is told and
                the same as ours; ``tried`` brings ours no nearer; ``not told``; ``n/a`` cannot be tried.
            text (String): The same in words, and why a cause cannot be tried.
        """
        return rules_of(self._trials, self._ours)

    @property
    def sentences(self) -> list[str]:
        """The findings in sentences, the most important ones first."""
        return sentences_of(self._lines, self._trials, self._ours, self._said, self._locale)

    @property
    def is_explained(self) -> bool:
        """Whether the causes lead to every number of theirs that can be compared, but for rounding."""
        return all(line.is_explained for line in self._lines if not line.why)

    def rows_as_text(self) -> list[tuple[str, ...]]:
        """Return `table` as text, as it is printed."""
        return display.rows_as_text(self._lines, self._locale)

    def steps_as_text(self) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
        """Yield each number that differs, with the rows of its waterfall as text."""
        for line in self._lines:
            if line.steps and not line.is_equal:
                steps = display.steps_as_text(line, self._trials, self._locale)
                yield line.given.words, [row for _, row in steps]

    def summary(self) -> str:
        """Return the findings in words.

        Returns:
            One sentence or two on each line.

        Examples:
            >>> theirs = pl.DataFrame({"action": [None], "metric": ["Unique users"], "value": [169]})
            >>> print(results.reconcile(theirs, developers=False).sentences[0])
            1 number of theirs beside ours: 0 equal, 1 explained by developers, 0 not explained.
        """
        return "\n".join(self.sentences)

    def chart(self, metric: str | None = None, action: str | None = None) -> Any:
        """Return the waterfalls of the numbers that differ, as an Altair ``FacetChart``.

        Args:
            metric: Key of the only metric to draw; None: any.
            action: Id of the only action to draw; None: any.

        Returns:
            The chart, with the numbers that are furthest apart first, at most a dozen.

        Raises:
            QueryError: No number of that metric and action differs.

        Examples:
            >>> theirs = pl.DataFrame({"action": [None], "metric": ["Unique users"], "value": [169]})
            >>> type(results.reconcile(theirs).chart()).__name__
            'FacetChart'
        """
        lines = [
            line
            for line in self._lines
            if line.steps
            and not line.is_equal
            and metric in (None, line.given.place.metric)
            and (
                action is None
                or (line.given.place.scope, line.given.place.owner) == ("action", action)
            )
        ]
        if not lines:
            raise QueryError(
                "there is nothing to draw: none of the chosen numbers of theirs differs from ours"
            )
        lines.sort(key=lambda line: -abs(line.difference or 0) / max(abs(line.theirs or 0), 1e-12))
        drawn = lines[:_MOST_CHARTS]
        left = f" {len(lines) - len(drawn)} more differ." if len(lines) > len(drawn) else ""
        description = f"From our numbers to theirs, cause by cause.{left}"
        return display.chart_of(self._chart_rows(drawn), description)

    def _chart_rows(self, lines: Sequence[Line]) -> pl.DataFrame:
        rows: list[tuple[object, ...]] = []
        for line in lines:
            name, unit, before = line.given.words, line.given.metric.unit, line.ours
            ends = [shown(value, unit, self._locale) for value in (line.ours, line.theirs)]
            rows.append((name, "Ours", before, before, None, "total", ends[0], -1))
            for place, step in enumerate(line.steps):
                if step.change:
                    kind = "more" if step.change > 0 else "less"
                    label = label_of(step.cause, self._trials)
                    said = signed(step.change, unit, self._locale)
                    rows.append((name, label, before, step.value, step.change, kind, said, place))
                    before = step.value
            rows.append((name, "Theirs", line.theirs, line.theirs, None, "total", ends[1], 99))
        floats = dict.fromkeys(("before", "value", "step"), pl.Float64)
        schema = {"name": pl.String, "cause": pl.String, **floats}
        schema |= {"kind": pl.String, "said": pl.String, "place": pl.Int64}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def to_html(self) -> str:
        """Return the findings, the table and the waterfalls as HTML, as a report shows them.

        Returns:
            A fragment of HTML without scripts.

        Examples:
            >>> theirs = pl.DataFrame({"action": [None], "metric": ["Unique users"], "value": [169]})
            >>> "169" in results.reconcile(theirs).to_html()
            True
        """
        scope = f"Ours: {self._ours.query.words}."
        found = display.as_html(self.sentences, self._lines, self._trials, self._locale)
        return f"<p>{escape(scope)}</p>{found}"

    def __repr__(self) -> str:
        return display.as_text(self.sentences, self._lines, self._locale)

    def _repr_html_(self) -> str:
        return f'<style>{display.STYLE}</style><div class="rw-reconcile">{self.to_html()}</div>'
