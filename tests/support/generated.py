"""Generated campaigns, drawn once in a process: the same words give the same campaign, in frames of one's own."""

from functools import lru_cache, wraps
from typing import Any

import polars as pl

from results_widgets import datasets

draw = datasets.generate
"""The function itself, for tests of what it does."""
_drawn = lru_cache(maxsize=50)(draw)


@wraps(draw)
def _remembered(*users: int, **words: Any) -> datasets.Dataset:
    # What is written into a folder, and what is told of the drawing, is done each time.
    if {"path", "progress"} & {*words}:
        return draw(*users, **words)
    campaign, events, people = _drawn(*users, **words)
    assert isinstance(events, pl.DataFrame)
    # Values are shared; that a frame is another one, or is freed, or grows, is not.
    return datasets.Dataset(campaign, events.clone(), people.clone())


def remember() -> None:
    """Lets `datasets.generate` return the campaign that it has drawn already."""
    datasets.generate = _remembered
