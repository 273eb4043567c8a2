"""A campaign: a flow of actions sent to an audience, with a goal. Typed, frozen and checked."""

from results_widgets.campaign.campaign import Campaign
from results_widgets.campaign.guessing import guess_with
from results_widgets.campaign.parts import Action, Goal, Variant

__all__ = ["Action", "Campaign", "Goal", "Variant", "guess_with"]
