"""What email providers' webhooks have in common: one vocabulary of events, tags, envelopes and recipients."""

import json
from collections.abc import Iterator
from typing import Any, Final

from results_widgets.exports.rules import Became
from results_widgets.exports.vendor import Record

SENT: Final = Became("email", "sent")
DELIVERED: Final = Became("email", "delivered")
DEFERRED: Final = Became("email", "deferred")
SOFT: Final = Became("email", "deferred", "a soft bounce")
OPENED: Final = Became("email", "opened")
CLICKED: Final = Became("email", "clicked")
BOUNCED: Final = Became("email", "bounced")
BLOCKED: Final = Became("email", "blocked")
DROPPED: Final = Became("email", "dropped")
UNSENT: Final = Became("email", "dropped", "failed before it was sent")
ON_LIST: Final = Became("email", "dropped", "not tried: the address is on a suppression list")
UNSUBSCRIBED: Final = Became("email", "unsubscribed")
SPAM: Final = Became("email", "marked_as_spam")
SUBSCRIBED: Final = Became(note="a user subscribed")
REPLIED_BY_MACHINE: Final = Became(note="an automatic reply")
INBOUND: Final = Became(note="a message that came in")

CANNOT: Final = ("flow", "variants", "held back", "conversions", "machine opens and clicks")
"""What most providers' events do not contain."""
BY_MESSAGE: Final = "an event without a tag takes the campaign of another event of its message"


def lifted(record: Record, *parts: str) -> Record:
    """Return a record with the fields of some nested objects moved to the top, except where a field of that name
    exists.

    Args:
        record: The record.
        parts: Names of the objects; written out flat, ``{"part.name": …}``, they are found as well.
    """
    flat = dict(record)
    for part in parts:
        inner = record.get(part)
        if isinstance(inner, dict):
            flat |= {name: value for name, value in inner.items() if flat.get(name) is None}
        start = f"{part}."
        for name, value in record.items():
            if name.startswith(start) and flat.get(name.removeprefix(start)) is None:
                flat[name.removeprefix(start)] = value
    return flat


def nested(record: Record) -> Record:
    """Return a record with its objects, where it has them written out flat: ``{"mail.source": …}``."""
    if not any("." in name for name in record):
        return record
    found: Record = {}
    for name, value in record.items():
        *path, last = name.split(".")
        place = found
        for part in path:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                break
            place = inner
        else:
            place[last] = value
    return found


def of_json(value: Any) -> Any:
    """Return what a text of JSON says; anything else as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def with_object(record: Record, name: str) -> Record:
    """Return a record with an object in place of a text of JSON."""
    value = record.get(name)
    return {**record, name: of_json(value)} if isinstance(value, str) else record


def first_tag(value: Any) -> Any:
    """Return the first tag of a list, of a list written as JSON, or the only one; None where there is none."""
    value = of_json(value)
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list):
        value = next((one for one in value if one not in (None, "")), None)
    if isinstance(value, dict):  # {"name": …, "value": …}, or {"id": …, "name": …}
        return next((value[name] for name in ("value", "id", "name") if value.get(name)), None)
    return value


def named_tag(tags: Any, *names: str) -> Any:
    """Return the value of the first of these tags: of an object, or of a list of name and value."""
    tags = of_json(tags)
    if isinstance(tags, list):
        tags = {one.get("name"): one.get("value") for one in tags if isinstance(one, dict)}
    if not isinstance(tags, dict):
        return None
    known = {str(name).casefold(): value for name, value in tags.items()}
    return next((found for name in names if (found := first_tag(known.get(name)))), None)


def recipients(value: Any, *names: str) -> Iterator[str]:
    """Return the addresses of a recipient or a list of them, which are texts or objects that hold one."""
    for one in value if isinstance(value, list) else [value]:
        address = one
        if isinstance(one, dict):
            address = next((one[name] for name in names if one.get(name)), None)
        if isinstance(address, str) and address:
            yield bare_address(address)


def bare_address(text: str) -> str:
    """Return the address of ``Anna <anna@example.com>``."""
    _, start, end = text.rpartition("<")
    return end.partition(">")[0].strip() if start else text.strip()
