"""The generated campaign: a win-back in spring 2026, with the content of its messages."""

from typing import Any, Final

from results_widgets.datasets._people import HOLDBACK, STARTED_AT, VARIANTS

_SHOP: Final = "https://shop.example.com"
_SENDER: Final = {"sender": "Ada at Fennel <hello@fennel.example.com>"}
_QUIET: Final = {"quiet_hours": "22:00 to 07:00, user's own time"}


def story(mode: str, seed: int = 0) -> dict[str, object]:
    """Return the campaign as JSON values; ``mode`` is the goal's (single, multiple).

    Each seed has an id of its own, so that several campaigns can stand in one log.
    """
    return {
        "id": f"win-back-2026-{seed}" if seed else "win-back-2026",
        "name": "Win-back, spring 2026",
        "status": "running",
        "delivery": "triggered",
        "started_at": STARTED_AT.isoformat(),
        "finished_at": None,
        "goal": {"events": ["Purchase"], "mode": mode, "value": "value"},
        "attribution_window": "7d",
        "on_finish": "keep_windows",
        "holdback": HOLDBACK,
        "variants": [
            {"id": VARIANTS[0], "name": "10 % off", "share": 0.5, "control": True},
            {"id": VARIANTS[1], "name": "15 % off", "share": 0.5, "control": False},
        ],
        "actions": [
            *_opening(),
            _crm_note(),
            *_offer("A", "10"),
            *_offer("B", "15"),
            *_closing(),
            _survey(),
        ],
    }


def _opening() -> list[dict[str, Any]]:
    return [
        {
            "id": "we-miss-you",
            "name": "We miss you",
            "channel": "email",
            "copy": {
                "subject": "It has been a while, {{first_name}}",
                "preheader": "What is new since your last order",
                "body": "<h1>We miss you</h1><p>Your favourites are back in stock, and there are "
                "<b>48 new recipes</b> this month.</p><p><a href='https://shop.example.com/new'>"
                "See what is new</a></p>",
                "links": [f"{_SHOP}/new", f"{_SHOP}/favourites", f"{_SHOP}/account"],
            },
            "settings": {**_SENDER, **_QUIET, "category": "marketing", "cap": "3 emails a week"},
        },
        {
            "id": "reminder",
            "name": "Reminder",
            "channel": "push",
            "parent": "we-miss-you",
            "trigger": "not_opened",
            "delay": "2d",
            "copy": {
                "title": "Still hungry?",
                "body": "Your favourites are back in stock.",
                "data": {"screen": "favourites"},
            },
            "settings": {**_QUIET, "category": "reminders", "cap": "1 push a day"},
        },
    ]


def _offer(variant: str, percent: str) -> list[dict[str, Any]]:
    code = f"BACK{percent}"
    return [
        {
            "id": f"offer-{percent}",
            "name": f"Your {percent} % off",
            "channel": "email",
            "parent": "we-miss-you",
            "trigger": "opened",
            "delay": "1d",
            "variant": variant,
            "copy": {
                "subject": f"{percent} % off your next box",
                "preheader": "Good for seven days",
                "body": f"<h1>{percent} % off, for you</h1><p>Use <b>{code}</b> at the till. It is "
                f"good for seven days.</p><p><a href='{_SHOP}/redeem'>Use it now</a></p>",
                "links": [f"{_SHOP}/redeem?code={code}", f"{_SHOP}/recipes", f"{_SHOP}/terms"],
            },
            "settings": {**_SENDER, **_QUIET, "category": "offers", "cap": "3 emails a week"},
        },
        {
            "id": f"welcome-{percent}",
            "name": "Welcome back",
            "channel": "in_app",
            "template": "center_popup",
            "parent": f"offer-{percent}",
            "trigger": "opened",
            "delay": "0d",
            "variant": variant,
            "copy": {
                "title": "Welcome back",
                "body": f"Your {percent} % is waiting in the basket.",
                "buttons": [
                    {"label": f"Use my {percent} %", "event": "accepted"},
                    {"label": "Not now", "event": "cancelled"},
                ],
            },
            "settings": {"priority": "high", "cap": "once per entry", "closes_after": "30s"},
        },
    ]


def _closing() -> list[dict[str, Any]]:
    return [
        {
            "id": "last-chance",
            "name": "Last chance",
            "channel": "sms",
            "parent": "reminder",
            "trigger": "not_opened",
            "delay": "2d",
            "copy": {
                "body": "Fennel: 10 % off ends tonight. https://shop.example.com/s Reply STOP to "
                "end.",
                "links": [f"{_SHOP}/s"],
            },
            "settings": {**_QUIET, "sender": "FENNEL", "sub_audience": "consented to SMS"},
        },
        {
            "id": "picked-up",
            "name": "Pick up where you left",
            "channel": "in_app",
            "template": "banner",
            "parent": "reminder",
            "trigger": "opened",
            "delay": "0d",
            "copy": {
                "title": "Pick up where you left",
                "body": "Three things are still in your basket.",
                "buttons": [
                    {"label": "Show me", "event": "accepted"},
                    {"label": "Close", "event": "cancelled"},
                ],
            },
            "settings": {"priority": "normal", "cap": "once a day"},
        },
    ]


def _crm_note() -> dict[str, Any]:
    return {
        "id": "crm-note",
        "name": "Tell the CRM",
        "channel": "webhook",
        "parent": "we-miss-you",
        "trigger": "clicked",
        "delay": "5m",
        "copy": {"body": '{"user": "{{user_id}}", "stage": "won back"}'},
        "settings": {
            "url": "https://crm.example.com/hooks/win-back",
            "method": "POST",
            "content_type": "application/json",
            "timeout": "10s",
        },
    }


def _survey() -> dict[str, Any]:
    return {
        "id": "survey",
        "name": "Survey",
        "channel": "email",
        "parent": "last-chance",
        "trigger": "delivered",
        "delay": "60d",
        "copy": {
            "subject": "One question, {{first_name}}",
            "body": "<p>What would bring you back?</p>",
            "links": [f"{_SHOP}/survey"],
        },
        "settings": {**_SENDER, "category": "research"},
    }
