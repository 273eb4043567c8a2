"""Durations as a campaign writes them: ``7d``, ``12h``, ``1d12h``."""

import re
from datetime import timedelta

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = re.compile(r"(\d+(?:\.\d+)?)([wdhms])")
_LONGEST = timedelta(days=36_525)


def parse_duration(text: str) -> timedelta:
    """Read ``"7d"``, ``"36h"`` or ``"1d12h"``.

    Raises:
        ValueError: The text is not a duration, or one of more than 100 years; the message shows the form.
    """
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text.replace(" ", ""):
        msg = f"{text!r} is not a duration; write for example '7d', '12h', '30m' or '1d12h'"
        raise ValueError(msg)
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if seconds > _LONGEST.total_seconds():
        msg = f"{text!r} is longer than 100 years; '36525d' is the longest duration"
        raise ValueError(msg)
    return timedelta(seconds=seconds)


def format_duration(value: timedelta) -> str:
    """Return a duration as text that `parse_duration` reads back; ``0d`` for none."""
    rest, text = value, ""
    for unit in "dhm":
        count, rest = divmod(rest, timedelta(seconds=_UNITS[unit]))
        if count:
            text += f"{count}{unit}"
    if rest:
        micros = f"{rest.microseconds:06}".rstrip("0")
        text += f"{rest.seconds}.{micros}s" if micros else f"{rest.seconds}s"
    return text or "0d"
