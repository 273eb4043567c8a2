"""Numbers that a source cannot provide, which are n/a and not 0."""

from collections.abc import Container

from results_widgets.campaign import Campaign
from results_widgets.channels import Channel
from results_widgets.definitions import Definitions
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.errors import listing
from results_widgets.glossary.unavailable import Unavailable


def missing_receipts(channel: Channel) -> str:
    """Return why it is not known who received a channel's actions; empty where it is known."""
    if channel.received not in channel.not_reported:
        return ""
    words = channel.event(channel.received).words
    return f"The source reports no “{words}” event of {channel.label}, which would say who received it."


def missing_interactions(campaign: Campaign, definitions: Definitions) -> str:
    """Return why it is not known who interacted; empty where the source may report it for a channel in use."""
    used = {one.channel for one in campaign.actions if one.channel != "exit"}
    channels = [campaign.channels[id_] for id_ in sorted(used)]
    wanted = [
        (channel, event)
        for channel in channels
        for event in definitions.interactions(channel)
        if event in channel.events
    ]
    if not wanted or any(event not in channel.not_reported for channel, event in wanted):
        return ""
    words = listing(dict.fromkeys(f"“{channel.event(event).words}”" for channel, event in wanted))
    return f"The source reports no interaction: no {words} event."


def unavailable(codes: EventCodes, found: Container[int]) -> Unavailable:
    """Return what the source cannot say.

    Args:
        codes: What the codes of events mean.
        found: The codes that the source has rows of.
    """
    campaign = codes.campaign
    roots = [one for one in campaign.actions if one.parent is None and one.channel != "exit"]
    reasons = [missing_receipts(campaign.channels[one.channel]) for one in roots]
    entries = reasons[0] if reasons and all(reasons) else ""
    channels = [campaign.channels[one.channel] for one in roots]
    held_back = exits = conversions = ""
    if channels and all("held_back" in one.not_reported for one in channels):
        held_back = "The source does not say who was held back."
    if channels and all("exited" in one.not_reported for one in channels):
        exits = "The source reports no exits."
    if campaign.goal.events == ("converted",) and not any(
        code in found for code in codes.named("converted")
    ):
        conversions = "The source has no conversions of its own, and no goal was given."
    return Unavailable(entries, conversions, held_back=held_back, exits=exits)
