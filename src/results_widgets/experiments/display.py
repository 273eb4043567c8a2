"""How an experiment shows itself: as text, as HTML, as a chart.

Charts are in a higher layer, so this module cannot import them; they are passed in.
"""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from results_widgets._handed_in import FOREST
from results_widgets._text import escape, in_columns, one_line
from results_widgets.experiments.outcomes import Outcome
from results_widgets.experiments.phrases import Phrases
from results_widgets.experiments.study import Study
from results_widgets.experiments.verdict import label_of
from results_widgets.experiments.words import named
from results_widgets.locales import Locale

HEAD: Final = ("Metric", "Arm", "Value", "Control", "Difference", "Interval", "Verdict")


def chart_of(table: pl.DataFrame, level: float, description: str, locale: Locale) -> Any:
    """Return a forest plot of an experiment's table."""
    return FOREST.get()().forest_chart(table, level=level, description=description, locale=locale)


def rows_as_text(study: Study, table: pl.DataFrame, phrases: Phrases) -> list[tuple[str, ...]]:
    """Return an experiment's table as text, under `HEAD`: numbers in their unit, each with what it is of."""
    outcomes = {(one.key, one.channel): one for one in study.outcomes}

    def of(outcome: Outcome, value: float | None, users: int) -> str:
        text = phrases.value(outcome, value)
        return f"{text} of {phrases.locale.exact(users)}" if outcome.is_share else text

    return [
        (
            named(study, outcome),
            one_line(label_of(study, row["arm"])),
            of(outcome, row["value"], row["ripe_users"]),
            of(outcome, row["control_value"], row["control_ripe_users"]),
            phrases.difference(outcome, row["difference"]),
            phrases.span(outcome, row["low"], row["high"]),
            row["verdict"],
        )
        for row in table.to_dicts()
        for outcome in [outcomes[row["metric"], row["channel"]]]
    ]


def as_text(sentences: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    """Return sentences with the rows of a table under them."""
    return "\n".join([*sentences, "", *in_columns([HEAD, *rows])])


def as_html(sentences: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    """Return the same as HTML, in the host's own style of tables; the verdict first, in bold."""
    first, *others = sentences or [""]
    told = f"<p><strong>{escape(first)}</strong></p>" + "".join(
        f"<p>{escape(text)}</p>" for text in others
    )
    head = "".join(f"<th>{escape(name)}</th>" for name in HEAD)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"{told}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
