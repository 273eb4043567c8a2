"""`Sensitivity`: the headline under the usual other rules."""

from functools import cached_property
from typing import Any, Final

import polars as pl

from results_widgets._written_table import WrittenTable
from results_widgets.alternatives import display
from results_widgets.alternatives.run import Found, ends_of, most_of
from results_widgets.errors import QueryError
from results_widgets.locales import Locale

_TEXT: Final[pl.DataType] = pl.String()
_NUMBER: Final[pl.DataType] = pl.Float64()
_WHERE: Final = {"metric": _TEXT, "action": _TEXT}
_CHOICE: Final = {"rule": _TEXT, "choice": _TEXT}


class Sensitivity:
    """The headline under the usual other rules, one changed at a time; made by `Results.sensitivity`.

    Examples:
        >>> found = results.sensitivity(["converted_rate"])
        >>> found.ranges.filter(metric="converted_rate").select("low", "high", "most").row(0)
        (0.10659898477157361, 0.24858757062146894, 'window')
    """

    def __init__(self, found: Found, locale: Locale) -> None:
        self._found = found
        self._locale = locale

    @property
    def left_out(self) -> list[str]:
        """The rules that cannot be tried on this data, each with why."""
        return display.left_out(self._found)

    @cached_property
    def table(self) -> pl.DataFrame:
        """Every number under every other rule.

        Returns:
            metric (String): Key of the glossary, or ``lift``.
            action (String): Id of the action that the number is of; null for the campaign.
            rule (String): What is chosen otherwise: ``attribution``, ``window``, ``machine_opens``,
                ``machine_clicks``, ``uniques_per_day``, ``held_back``, ``clock`` or ``rate_clock``.
            choice (String): The other rule in words.
            value (Float64): The number under it; null where there is none.
            difference (Float64): That less the number as it is.
            text (String): Why it cannot be computed on this data; null if it can.
        """
        rows = [
            (
                *(line.key, line.action, one.choice.rule, one.choice.words, one.value),
                None if one.value is None or line.own is None else one.value - line.own,
                f"n/a: {one.why}" if one.why else None,
            )
            for line in self._found.lines
            for one in line.changed
        ]
        schema = {**_WHERE, **_CHOICE, "value": _NUMBER, "difference": _NUMBER, "text": _TEXT}
        return pl.DataFrame(rows, schema, orient="row")

    @cached_property
    def ranges(self) -> pl.DataFrame:
        """Each number with the least and the greatest that a usual rule makes of it, its own included.

        Returns:
            metric (String): As in `table`.
            action (String): As in `table`.
            value (Float64): The number as it is.
            low (Float64): The least.
            high (Float64): The greatest.
            most (String): The rule that moves it most; null where none does.
            choice (String): What it chooses, in words.
            text (String): Least and greatest as they are written.
        """
        rows = []
        for line in self._found.lines:
            low, high = ends_of(line)
            most = most_of(line)
            rule = (None, None) if most is None else (most.choice.rule, most.choice.words)
            text = display.range_text(line, low, high, self._locale)
            rows.append((line.key, line.action, line.own, low, high, *rule, text))
        schema = {**_WHERE, "value": _NUMBER, "low": _NUMBER, "high": _NUMBER}
        schema |= {"most": _TEXT, "choice": _TEXT, "text": _TEXT}
        return pl.DataFrame(rows, schema, orient="row")

    @cached_property
    def rankings(self) -> pl.DataFrame:
        """Which action, and which declared variant, comes first under each rule.

        Returns:
            of (String): ``actions``, by conversions credited to them, or ``variants``, by the rate of entries
                that converted.
            rule (String): As in `table`; null for the numbers as they are.
            choice (String): As in `table`.
            ranking (List(String)): Ids, best first; equal ones in the campaign's order.
            changes (Boolean): Whether the order is another than that of the numbers as they are.
        """
        own = {one.of: one.names for one in self._found.ranked if one.choice is None}
        rows = [
            (
                one.of,
                *((None, None) if one.choice is None else (one.choice.rule, one.choice.words)),
                list(one.names),
                one.names != own[one.of],
            )
            for one in self._found.ranked
        ]
        schema = {"of": _TEXT, **_CHOICE, "ranking": pl.List(pl.String), "changes": pl.Boolean()}
        return pl.DataFrame(rows, schema, orient="row")

    @property
    def line(self) -> str:
        """What the dashboard says under its verdict: the range of the converted rate; empty without one."""
        own = (one for one in self._found.lines if one.key == "converted_rate")
        return next((display.line_of(one, self._locale) for one in own), "")

    @property
    def sentences(self) -> list[str]:
        """The findings in sentences: the ranges, what moves each most, and whether a ranking changes."""
        return display.sentences_of(self._found, self._locale)

    def summary(self) -> str:
        """Return the findings in words, a sentence on each line.

        Examples:
            >>> print(results.sensitivity(["converted_rate"]).sentences[0])
            Converted rate: 17.0 %; under other usual rules 10.7 to 24.9 %. Moved most by the attribution window (30d).
        """
        return "\n".join(self.sentences)

    def written(self) -> WrittenTable:
        """Return the findings as sentences, a table of text, and notes."""
        return display.written(self._found, self._locale)

    def rows_as_text(self) -> list[tuple[str, ...]]:
        """Return number, rule, choice, value and change of the campaign's numbers that a rule moves, as text."""
        return display.rows_as_text(self._found, self._locale)

    def chart(self, metric: str = "converted_rate") -> Any:
        """Return a tornado chart of one of the campaign's numbers, as an Altair ``LayerChart``.

        A bar for each rule goes from the number as it is to what the rule makes of it, the widest on top.

        Args:
            metric: Key of the number.

        Raises:
            QueryError: The number is not among those asked for, or no rule moves it.

        Examples:
            >>> type(results.sensitivity().chart()).__name__
            'LayerChart'
        """
        lines = {line.key: line for line in self._found.lines if line.action is None}
        if metric not in lines:
            raise QueryError.unknown("number", metric, lines)
        rows = display.bars_of(lines[metric], self._locale)
        if rows.is_empty():
            raise QueryError(f"there is nothing to draw: none of the usual rules changes {metric}")
        return display.chart_of(rows, display.name_of(lines[metric]))

    def to_html(self) -> str:
        """Return the findings and the table as HTML, as a report shows them.

        Examples:
            >>> "Attribution window" in results.sensitivity().to_html()
            True
        """
        return self.written().to_html()

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        return self.to_html()
