"""What cannot be in a campaign, each with the path and the mend."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from results_widgets.channels import CHANNELS, Channel
from results_widgets.errors import CampaignError, listing, suggestion

if TYPE_CHECKING:
    from results_widgets.campaign.model import Action, Campaign

STATUSES: Final = ("draft", "running", "paused", "finished")
DELIVERIES: Final = ("one_time", "recurring", "triggered", "manual")
MODES: Final = ("single", "multiple")
ON_FINISH: Final = ("keep_windows", "close_windows")
TEMPLATES: Final = (
    "confirm",
    "alert",
    "center_popup",
    "interstitial",
    "rich_interstitial",
    "web_interstitial",
    "banner",
    "star_rating",
    "push_pre_permission",
)
MAX_VARIANTS: Final = 16


def check_values(campaign: "Campaign") -> None:
    """Refuse words, shares and durations that cannot be; a campaign made in code passes here too."""
    if not campaign.id:
        raise CampaignError("id", "is required and must be text that is not empty")
    if not campaign.goal.events or not all(campaign.goal.events):
        raise CampaignError("goal.events", "expected a list of names that is not empty")
    words = {
        "status": (campaign.status, STATUSES),
        "delivery": (campaign.delivery, DELIVERIES),
        "on_finish": (campaign.on_finish, ON_FINISH),
        "goal.mode": (campaign.goal.mode, MODES),
    }
    for path, (word, known) in words.items():
        if word not in known:
            raise CampaignError(path, f"{word!r} is not known; known: {listing(known)}")
    if not 0 <= campaign.holdback <= 1:
        raise CampaignError(
            "holdback", f"expected a share between 0 and 1, found {campaign.holdback}"
        )
    if campaign.attribution_window < timedelta():
        raise CampaignError("attribution_window", "a duration cannot be negative")
    for path in ("started_at", "finished_at"):
        instant = getattr(campaign, path)
        if instant is not None and instant.tzinfo is None:
            raise CampaignError(path, f"{instant.isoformat()} names no zone; add one")


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
