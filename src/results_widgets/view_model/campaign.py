"""The ``_campaign`` trait: the campaign's settings, its actions, and what each channel's block lists."""

from results_widgets.campaign import Action, Campaign
from results_widgets.campaign.secrets import without_secrets
from results_widgets.glossary import headline_rows
from results_widgets.results import Results
from results_widgets.view_model.serialization import State, epoch_ms


def campaign_state(results: Results) -> State:
    """Return the value of ``_campaign``: the campaign with its variants, actions and channels.

    A channel's ``rows`` are the metrics that its block shows, each with the rate beside it, under
    the definitions in force.
    """
    campaign = results.campaign
    return {
        "id": campaign.id,
        "name": campaign.label,
        "status": campaign.status or "",
        "delivery": campaign.delivery,
        "started_at": epoch_ms(campaign.started_at),
        "finished_at": epoch_ms(campaign.finished_at),
        "goal": {"events": list(campaign.goal.events), "mode": campaign.goal.mode},
        "attribution_window_ms": round(campaign.attribution_window.total_seconds() * 1000),
        "holdback": campaign.holdback,
        "on_finish": campaign.on_finish,
        "variants": [
            {"id": v.id, "name": v.name or v.id, "share": v.share, "control": v.control}
            for v in campaign.variants
        ],
        "actions": [
            {**_action(action), "guessed": f"actions[{n}].parent" in campaign.guessed}
            for n, action in enumerate(campaign.actions)
        ],
        "channels": _channels(campaign, results),
    }


def _action(action: Action) -> State:
    return {
        "id": action.id,
        "name": action.label,
        "channel": action.channel,
        "template": action.template,
        "parent": action.parent,
        "trigger": action.trigger,
        "delay_ms": round(action.delay.total_seconds() * 1000),
        "variant": action.variant,
        "copy": without_secrets(action.copy),
        "settings": without_secrets(action.settings),
    }


def _channels(campaign: Campaign, results: Results) -> list[State]:
    return [
        {
            "id": channel.id,
            "label": channel.label,
            "icon": channel.icon,
            "actions": sum(action.channel == channel.id for action in campaign.actions),
            "rows": [
                {"metric": metric, "rate": rate}
                for metric, rate in headline_rows(channel, results.definitions)
            ],
            "bar_base": channel.received,
            "events": [event for event in channel.events if event != channel.received],
            "received": channel.received,
        }
        for channel in campaign.channels.values()
    ]
