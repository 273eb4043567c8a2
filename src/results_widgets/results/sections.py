"""What may follow the dashboard on a page, by keyword, as type checkers know it."""

from typing import TYPE_CHECKING, TypedDict

import polars as pl

if TYPE_CHECKING:
    from results_widgets.alternatives import Sensitivity
    from results_widgets.reconciliation import Reconciliation


class Sections(TypedDict, total=False):
    """Sections below the dashboard, each the result of the method of its name; not together with ``min_cell``."""

    attribution: pl.DataFrame | None
    paths: pl.DataFrame | None
    dialects: pl.DataFrame | None
    reconcile: "Reconciliation | None"
    sensitivity: "Sensitivity | None"
