"""What cannot be in a campaign, each with the path and the mend."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from results_widgets.channels import CHANNELS, Channel
from results_widgets.errors import CampaignError, listing, suggestion

if TYPE_CHECKING:
    from results_widgets.campaign.model import Action, Campaign

MAX_VARIANTS: Final = 16


def check_variants(campaign: "Campaign") -> None:
    """Refuse repeated ids, too many variants, two controls and shares over 1."""
    variants = campaign.variants
    _check_unique("variants", [variant.id for variant in variants])
    if len(variants) > MAX_VARIANTS:
        raise CampaignError(
            "variants", f"found {len(variants)}; at most {MAX_VARIANTS} are possible"
        )
    controls = [variant.id for variant in variants if variant.control]
    if len(controls) > 1:
        raise CampaignError("variants", f"two controls: {listing(controls)}; mark one of them")
    total = sum(variant.share or 0 for variant in variants)
    if total > 1 + 1e-9:
        raise CampaignError(
            "variants", f"the shares add up to {total:.4g}, over 1 (100 %); lower them"
        )


def check_actions(campaign: "Campaign") -> None:
    """Refuse no actions, repeated ids, unknown channels, variants, parents and triggers, and cycles."""
    if not campaign.actions:
        raise CampaignError("actions", "is required: a campaign has at least one action")
    ids = [action.id for action in campaign.actions]
    _check_unique("actions", ids)
    known = {**CHANNELS, **{channel.id: channel for channel in campaign.own_channels}}
    variant_ids = [variant.id for variant in campaign.variants]
    by_id = {action.id: action for action in campaign.actions}
    for index, action in enumerate(campaign.actions):
        path = f"actions[{index}]"
        if action.channel not in known:
            raise CampaignError(
                f"{path}.channel",
                f"{action.channel!r} is not known{suggestion(action.channel, known)}; known: {listing(known)}. "
                f"Declare your own under channels with its events, received and interacted",
            )
        if action.variant is not None and action.variant not in variant_ids:
            raise CampaignError(
                f"{path}.variant",
                f"{action.variant!r} is no variant of this campaign; known: {listing(variant_ids)}",
            )
        if action.parent is not None and action.parent not in by_id:
            raise CampaignError(
                f"{path}.parent",
                f"{action.parent!r} is no action of this campaign; known: {listing(ids)}",
            )
        if action.parent is not None and action.trigger is not None:
            _check_trigger(f"{path}.trigger", action.trigger, known[by_id[action.parent].channel])
    _check_cycles(campaign, by_id)


def _check_trigger(path: str, trigger: str, channel: Channel) -> None:
    if trigger.removeprefix("not_") not in channel.events:
        events = listing(channel.events)
        raise CampaignError(
            path,
            f"{trigger!r} is no event of the parent's channel {channel.id}; known: {events}, "
            f"each also with 'not_' before it",
        )


def _check_cycles(campaign: "Campaign", by_id: Mapping[str, "Action"]) -> None:
    for index, action in enumerate(campaign.actions):
        trail, at = [action.id], action
        while at.parent is not None:
            at = by_id[at.parent]
            trail.append(at.id)
            if at.id == action.id:
                raise CampaignError(
                    f"actions[{index}].parent",
                    f"goes round in a circle: {' → '.join(trail)}; cut one of these",
                )
            if len(trail) > len(by_id):
                break


def _check_unique(path: str, ids: list[str]) -> None:
    for index, id_ in enumerate(ids):
        if id_ in ids[:index]:
            raise CampaignError(f"{path}[{index}].id", f"{id_!r} is there twice; ids must differ")
