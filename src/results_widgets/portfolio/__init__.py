"""Many campaigns: side by side, and what they share of users and of goal events."""

from results_widgets.portfolio.folder import holds_campaigns
from results_widgets.portfolio.load import load, load_one
from results_widgets.portfolio.portfolio import Portfolio

__all__ = ["Portfolio", "holds_campaigns", "load", "load_one"]
