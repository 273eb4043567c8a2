"""A campaign's copy and settings without what opens doors: they are shown, saved and passed on."""

import re
from collections.abc import Mapping
from typing import Final

from results_widgets._text import MASK, without_logins
from results_widgets.campaign.campaign import Campaign

_SECRET: Final = re.compile(
    r"(?i)authori[sz]ation|api[-_ ]?key|access[-_ ]?key|token|secret|passw|passphrase|credential|cookie"
    r"|signature|private[-_ ]?key|\bauth\b"
)
_LISTED: Final = re.compile(
    r"(?i)seed|^(to|cc|bcc)$|recipient|test[-_ ]?(user|address|email|device)s?"
)
_BEARER: Final = re.compile(r"(?i)\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}")
_WRITTEN: Final = re.compile(r"(?i)(\"[\w.-]*(?:key|token|secret|passw\w*)\"\s*:\s*\")[^\"]+")
"""A field of JSON that was written into a text."""

_KNOWN: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\b(?:sk|rk)_(?:live|test)_\w{10,}"  # Stripe
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"  # Amazon
    r"|\bAIza[\w-]{35}"  # Google
    r"|\bgh[opsur]_\w{20,}|\bgithub_pat_\w{20,}"  # GitHub
    r"|\bxox[a-z]-[\w-]{10,}"  # Slack
    r"|\bSG\.[\w-]{16,}\.[\w-]{16,}"  # SendGrid
    r"|\bkey-[0-9a-f]{32}\b"  # Mailgun
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+",  # a token of JSON (JWT)
    re.DOTALL,
)
"""Keys that are told by their form, whatever they are called."""

_HOOK: Final = re.compile(
    r"(?i)(\bhooks\.slack\.com/(?:services|workflows|triggers)/|\bdiscord(?:app)?\.com/api/webhooks/"
    r"|\.webhook\.office\.com/)[^\s\"'<>]+"
)
"""Addresses whose path is the key."""


def without_secrets(value: object, name: str = "") -> object:
    """Return a JSON value with a mask in place of what looks like a secret or a list of people.

    That is: what stands under a name such as ``api_key`` or ``Authorization``, whom a test goes to
    (``seed_list``, ``bcc``), and in any text logins and keys in addresses, bearer tokens, passwords
    written out, and the keys of common services, which their form tells.

    Args:
        value: Text, a number, a list or an object.
        name: What it is called.
    """
    if _LISTED.search(name) and value:
        return MASK
    if isinstance(value, Mapping):
        own = value.get("name", value.get("key"))
        if isinstance(own, str) and "value" in value and _SECRET.search(own):
            return {**value, "value": MASK}
        return {str(key): without_secrets(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(item, name) for item in value]
    if _SECRET.search(name) and value not in (None, "", True, False):
        return MASK
    return _masked(value) if isinstance(value, str) else value


def shared_campaign(campaign: Campaign) -> dict[str, object]:
    """Return a campaign's JSON as it may be passed on, without secrets in copy and settings."""
    actions = [
        {
            **action.to_dict(),
            "copy": without_secrets(action.copy),
            "settings": without_secrets(action.settings),
        }
        for action in campaign.actions
    ]
    return {**campaign.to_dict(), "actions": actions}


def _masked(text: str) -> str:
    text = _HOOK.sub(rf"\g<1>{MASK}", without_logins(text))
    text = _KNOWN.sub(MASK, text)
    text = _WRITTEN.sub(rf"\g<1>{MASK}", text)
    return _BEARER.sub(rf"\g<1>{MASK}", text)
