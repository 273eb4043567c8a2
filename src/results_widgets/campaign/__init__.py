"""A campaign: a flow of actions sent to an audience, with a goal. Typed, frozen and checked."""

from results_widgets.campaign.campaign import Campaign
from results_widgets.campaign.guessing import GUESSER
from results_widgets.campaign.parts import Action, Goal, Variant

__all__ = ["GUESSER", "Action", "Campaign", "Goal", "Variant"]
