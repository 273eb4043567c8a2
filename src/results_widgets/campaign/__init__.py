"""A campaign: a flow of actions sent to an audience, with a goal. Typed, frozen, checked, read from JSON."""

from results_widgets.campaign.model import Action, Campaign, Goal, Variant

__all__ = ["Action", "Campaign", "Goal", "Variant"]
