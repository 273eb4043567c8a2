"""Paths to conversion: whom each conversion's touches belong to, and where in the path each stands."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from results_widgets.attribution.owners import Owners
from results_widgets.attribution.touches import Touches


@dataclass(frozen=True)
class Paths:
    """Conversions with the owners of their touches.

    Attributes:
        found: The conversions and touches.
        owners: Whom the touched actions belong to.
    """

    found: Touches
    owners: Owners

    @cached_property
    def touches(self) -> pl.DataFrame:
        """Touches: conversion, owner (its place), place (from 0), left (touches after it), age, interacted,
        clicked.
        """
        index, conversion = pl.int_range(pl.len()), pl.col("conversion")
        first = (index == 0) | (conversion != conversion.shift(1))
        last = (index == pl.len() - 1) | (conversion != conversion.shift(-1))
        return self.found.touches.with_columns(
            owner=self.owners.of_action("action"),
            place=index - pl.when(first).then(index).forward_fill(),
            left=pl.when(last).then(index).backward_fill() - index,
        )

    @cached_property
    def unconverted(self) -> pl.DataFrame:
        """Touches of entries without a conversion: path, owner (its place)."""
        return self.found.unconverted.with_columns(owner=self.owners.of_action("action"))
