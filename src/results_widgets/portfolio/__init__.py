"""Many campaigns: side by side, and what they share of users and of goal events."""

from results_widgets.portfolio.export import Export
from results_widgets.portfolio.folder import holds_campaigns
from results_widgets.portfolio.load import load, load_one
from results_widgets.portfolio.portfolio import Portfolio
from results_widgets.portfolio.read_export import read_export

__all__ = ["Export", "Portfolio", "holds_campaigns", "load", "load_one", "read_export"]
