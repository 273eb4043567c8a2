"""What parts of a campaign must not be together; each error names the path and how to correct it."""

from collections.abc import Mapping, Sequence
from typing import Final

from results_widgets.campaign.parts import Action, Variant
from results_widgets.channels import Channel
from results_widgets.errors import CampaignError, listing, suggestion

MAX_VARIANTS: Final = 16


def check_variants(variants: Sequence[Variant]) -> None:
    """Refuse repeated ids, too many variants, two controls and shares that add up to more than 1."""
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


def check_actions(
    actions: Sequence[Action], channels: Mapping[str, Channel], variants: Sequence[Variant]
) -> None:
    """Refuse repeated ids, cycles, and channels, variants, parents and triggers that are not there.

    Args:
        actions: The actions.
        channels: The channels they may use, by id.
        variants: The variants they may be for.
    """
    if not actions:
        raise CampaignError("actions", "is required: a campaign has at least one action")
    _check_unique("actions", [action.id for action in actions])
    by_id = {action.id: action for action in actions}
    for index, action in enumerate(actions):
        path = f"actions[{index}]"
        if action.channel not in channels:
            raise CampaignError(
                f"{path}.channel",
                f"{action.channel!r} is not known{suggestion(action.channel, channels)}; known: "
                f"{listing(channels)}. Declare your own under channels with its events, received and interacted",
            )
        _check_known(f"{path}.variant", "variant", action.variant, [one.id for one in variants])
        _check_known(f"{path}.parent", "action", action.parent, by_id)
        if action.parent is not None and action.trigger is not None:
            parent = channels[by_id[action.parent].channel]
            _check_trigger(f"{path}.trigger", action.trigger, parent)
    _check_cycles(actions, by_id)


def _check_known(
    path: str, kind: str, name: str | None, known: Sequence[str] | Mapping[str, object]
) -> None:
    if name is not None and name not in known:
        raise CampaignError(
            path,
            f"this campaign has no {kind} {name!r}{suggestion(name, known)}; known: {listing(known)}",
        )


def _check_trigger(path: str, trigger: str, channel: Channel) -> None:
    event = trigger.removeprefix("not_")
    if event not in channel.events:
        raise CampaignError(
            path,
            f"{trigger!r} is not an event of the parent's channel {channel.id}"
            f"{suggestion(event, channel.events)}; known: {listing(channel.events)}, "
            f"each also with 'not_' before it",
        )


def _check_cycles(actions: Sequence[Action], by_id: Mapping[str, Action]) -> None:
    for index, action in enumerate(actions):
        trail, at = [action.id], action
        while at.parent is not None:
            at = by_id[at.parent]
            trail.append(at.id)
            if at.id == action.id:
                raise CampaignError(
                    f"actions[{index}].parent",
                    f"is part of a cycle: {' → '.join(trail)}; remove one of these",
                )
            if len(trail) > len(by_id):
                break


def _check_unique(path: str, ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for index, id_ in enumerate(ids):
        if id_ in seen:
            raise CampaignError(f"{path}[{index}].id", f"{id_!r} is there twice; ids must differ")
        seen.add(id_)
