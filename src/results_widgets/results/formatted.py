"""Tables of metrics for people: labels, and numbers as the screen and the report write them."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from results_widgets._text import TURNS, escape
from results_widgets.engine.frames import BY
from results_widgets.engine.metrics.plan import METRIC, OWNER
from results_widgets.engine.metrics.table import metrics_of, owners_of
from results_widgets.errors import QueryError
from results_widgets.glossary import Metric, Scope
from results_widgets.locales import locale_of
from results_widgets.results.formatting import base_of, format_metric
from results_widgets.results.session import Session


class Written(pl.DataFrame):
    """A frame of texts, which prints whole and without the signs of a programmer: quotes, types and its shape."""

    def filter(self, *predicates: Any, **constraints: Any) -> "Written":
        """Return the rows for which the predicates hold, which print in the same way."""
        return Written(super().filter(*predicates, **constraints))

    def __str__(self) -> str:
        # Numbers end below one another; Polars aligns all columns of text alike.
        texts = [name for name in self.columns if _side(name) == "right"]
        width = pl.max_horizontal(pl.col(texts).str.len_chars().max(), pl.lit(len("text")))
        shown = self.with_columns(pl.col(texts).str.pad_start(width)) if texts else self
        with _plain(tbl_width_chars=1_000):
            return pl.DataFrame.__str__(shown)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self, **_: Any) -> str:
        def line(cells: Iterable[object], tag: str) -> str:
            written = ("" if one is None else escape(str(one)) for one in cells)
            texts = zip(self.columns, written, strict=True)
            return "".join(f'<{tag} style="text-align: {_side(n)}">{c}</{tag}>' for n, c in texts)

        rows = "".join(f"<tr>{line(row, 'td')}</tr>" for row in self.iter_rows())
        head = line(self.columns, "th")
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _side(column: str) -> str:
    return "right" if column == "text" else "left"


def _plain(**more: Any) -> pl.Config:
    hidden: dict[str, Any] = {"tbl_hide_column_data_types": True, "tbl_hide_dataframe_shape": True}
    return pl.Config(tbl_rows=-1, tbl_cols=-1, fmt_str_lengths=10_000, **hidden, **more)


def checked_locale(session: Session, locale: str | None, *, formatted: bool) -> Session:
    """Return the session written in a locale; the same if none is named.

    Raises:
        QueryError: The locale is not known, or numbers are not to be formatted.
    """
    if locale is None:
        return session
    if not formatted:
        raise QueryError("locale= says how text is written; pass it together with formatted=True")
    return session.written_in(locale_of(locale))


def as_text(
    session: Session, frame: pl.DataFrame, scope: Scope, level: float | None
) -> pl.DataFrame:
    """Return a table of metrics as text.

    Args:
        session: Whose numbers they are, and how they are written.
        frame: `OWNER`, metric, value, numerator, denominator; with a level low and high; further columns stay.
        scope: What the metrics are computed for.
        level: Level of the intervals; None: without.

    Returns:
        The owner's names (channel; or action and channel), label, text, note, and the columns that stay; as on a
        screen, no name in them turns round what stands beside it.
    """
    scoped = session.scoped()
    known = {
        (owner, metric.key): metric
        for owner in owners_of(scoped, scope)
        for metric in metrics_of(scoped, scope, owner)
    }
    rows = [
        (*_names(session, scope, row[OWNER]), metric.label, *_text(session, metric, row, level))
        for row in frame.iter_rows(named=True)
        for metric in [known[row[OWNER], row[METRIC]]]
    ]
    owners = {"campaign": (), "channel": ("channel",), "action": ("action", "channel")}[scope]
    texts = pl.DataFrame(
        rows, dict.fromkeys((*owners, "label", "text", "note"), pl.String), orient="row"
    )
    found = texts.hstack(frame.select(one for one in frame.columns if one.startswith(BY)))
    return found.with_columns(pl.col(pl.String).str.replace_all(TURNS.pattern, ""))


def _names(session: Session, scope: Scope, owner: str) -> tuple[str, ...]:
    campaign = session.campaign
    if scope == "campaign":
        return ()
    if scope == "channel":
        return (campaign.channels[owner].label,)
    action = campaign.action_by_id[owner]
    return action.label, campaign.channels[action.channel].label


def _text(
    session: Session, metric: Metric, row: dict[str, Any], level: float | None
) -> tuple[str, str]:
    """Return a number as text, and its note."""
    locale = session.locale
    text = format_metric(session, metric, row["value"])
    if metric.missing:
        return text, metric.missing
    notes = [_share(session, metric, row)]
    if level is not None and row["low"] is not None:
        ends = f"{locale.rate(row['low'])} to {locale.rate(row['high'])}"
        notes.append(f"{locale.whole_rate(level)} interval: {ends}")
    return text, "; ".join(filter(None, notes))


def _share(session: Session, metric: Metric, row: dict[str, Any]) -> str:
    """Return the two sides of a rate: "33 of 194 entries", "$1,301 over 194 entries"; empty for other numbers."""
    top, base = row["numerator"], row["denominator"]
    if top is None or base is None:
        return ""
    above, below = metric.sides
    sides = format_metric(session, above, top), format_metric(session, below, base)
    word = "of" if metric.unit == "rate" and (row["value"] or 0) <= 1 else "over"
    return f"{sides[0]} {word} {sides[1]} {base_of(metric, base)}".rstrip()
