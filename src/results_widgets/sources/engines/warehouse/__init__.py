"""Warehouses and databases that SQLFrame speaks to: events stay there, and each question becomes their SQL."""

from results_widgets.sources.engines.warehouse.engine import Warehouse

__all__ = ["Warehouse"]
