"""The result of ``results.quality()``: a frame that prints in full, followed by what to do about each finding."""

import shutil
from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from results_widgets._text import escape, visible
from results_widgets.engine.quality import SEVERITIES
from results_widgets.locales import ENGLISH

_NARROWEST: Final = 100
_BESIDE: Final = ("counts", "among", "effect", "metrics", "fix")
"""Columns that would not fit a screen: what they say of a finding stands below the table."""


class Findings(pl.DataFrame):
    """A frame of checks, which prints every row and every text in full.

    Args:
        frame: The checks; see `Results.quality`.
        share_kept: Which share of the rows that name the campaign, its actions or its goal counts.
    """

    share_kept: float | None = None

    def __init__(self, frame: pl.DataFrame, share_kept: float | None) -> None:
        super().__init__(frame)
        self.share_kept = share_kept

    def filter(self, *predicates: Any, **constraints: Any) -> "Findings":
        """Return the checks for which the predicates hold; they print in full as well."""
        return Findings(super().filter(*predicates, **constraints), self.share_kept)

    def worst_first(self) -> "Findings":
        """Return the checks sorted by severity, otherwise in their order."""
        order = pl.Enum(SEVERITIES)
        by = self.with_columns(_order=pl.col("severity").cast(order).to_physical())
        rows = by.sort("_order", maintain_order=True, nulls_last=True).drop("_order")
        return Findings(rows, self.share_kept)

    @property
    def has_problems(self) -> bool:
        """Whether something is worse than a notice, or left out."""
        found = pl.col("rows") > 0
        return not self.filter(
            found & ((pl.col("severity") != "notice") | ~pl.col("kept"))
        ).is_empty()

    @property
    def headline(self) -> str:
        """The share kept in a sentence; empty if no row names the campaign."""
        if self.share_kept is None:
            return ""
        return f"{ENGLISH.rate(self.share_kept)} of the rows that name the campaign, its actions or its goal count."

    @property
    def remedies(self) -> Iterator[tuple[str, str, str]]:
        """For each finding: its name and severity, its effect on the numbers, and the code that fixes it, if any."""
        if not {"check", "rows", "severity", "effect", "fix"} <= {*self.columns}:
            return
        for row in self.iter_rows(named=True):
            if row["rows"]:
                title = f"{row['check'].capitalize()} ({row['severity']})"
                yield title, row["effect"], row["fix"] or ""

    @property
    def _table(self) -> pl.DataFrame:
        return self.lazy().select(pl.exclude(_BESIDE)).collect()

    def __str__(self) -> str:
        width = max(_NARROWEST, shutil.get_terminal_size().columns)
        below = [
            "\n".join(filter(None, [f"{title}. {effect}", visible(fix)]))
            for title, effect, fix in self.remedies
        ]
        with _whole(tbl_width_chars=width):
            return "\n".join(filter(None, [self.headline, str(self._table), *below]))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self, **how: Any) -> str:
        head = f"<p>{self.headline}</p>" if self.headline else ""
        below = [
            f"<details><summary>{escape(title)}</summary><p>{escape(effect)}</p>"
            f"{f'<pre>{escape(fix)}</pre>' if fix else ''}</details>"
            for title, effect, fix in self.remedies
        ]
        with _whole():
            return head + self._table._repr_html_(**how) + "".join(below)


def _whole(**more: Any) -> pl.Config:
    return pl.Config(tbl_rows=-1, tbl_cols=-1, fmt_str_lengths=10_000, **more)
