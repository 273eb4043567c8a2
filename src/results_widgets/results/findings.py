"""The answer to ``results.quality()``: a frame that prints whole."""

import shutil
from typing import Any, Final

import polars as pl

_NARROWEST: Final = 100


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
        """Return the checks for which the predicates hold, which print whole as well."""
        return Findings(super().filter(*predicates, **constraints), self.share_kept)

    @property
    def headline(self) -> str:
        """The share kept in a sentence; empty if no row names the campaign."""
        if self.share_kept is None:
            return ""
        return f"{self.share_kept:.1%} of the rows that name the campaign, its actions or its goal count."

    def __str__(self) -> str:
        width = max(_NARROWEST, shutil.get_terminal_size().columns)
        with _whole(tbl_width_chars=width):
            return "\n".join(filter(None, [self.headline, super().__str__()]))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self, **how: Any) -> str:
        head = f"<p>{self.headline}</p>" if self.headline else ""
        with _whole():
            return head + super()._repr_html_(**how)


def _whole(**more: Any) -> pl.Config:
    return pl.Config(tbl_rows=-1, tbl_cols=-1, fmt_str_lengths=10_000, **more)
