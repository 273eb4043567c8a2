"""Durations as people write them in a campaign: ``7d``, ``12h``, ``1d12h``."""

import re
from datetime import timedelta

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = re.compile(r"(\d+(?:\.\d+)?)([wdhms])")


def parse_duration(text: str) -> timedelta:
    """Read ``"7d"``, ``"36h"`` or ``"1d12h"``.

    Raises:
        ValueError: The text is no duration; the message says which forms are known.
    """
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text.replace(" ", ""):
        msg = f"{text!r} is no duration; write for example '7d', '12h', '30m' or '1d12h'"
        raise ValueError(msg)
    return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))


def format_duration(value: timedelta) -> str:
    """Write a duration so that `parse_duration` gives it back; ``0d`` for none."""
    rest, text = value.total_seconds(), ""
    for unit, size in _UNITS.items():
        if unit == "w":
            continue
        count, rest = divmod(rest, size)
        if count:
            text += f"{int(count)}{unit}"
    return text or "0d"
