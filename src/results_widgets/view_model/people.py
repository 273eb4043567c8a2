"""People as the browser takes them. The shapes are mirrored in js/src/lib/audience.ts: change both together.

Counts may stand in synced state; what may point at single users (a profile's values, a sample)
travels as a reply only, since synced state is saved into notebooks.
"""

from collections.abc import Sequence
from functools import reduce
from itertools import count
from operator import and_, sub
from typing import Final

from results_widgets.errors import QueryError
from results_widgets.segments import Segment
from results_widgets.view_model.values import Wire

_VALUES: Final = 8
_SAMPLE: Final = 10
_MOST_COLUMNS: Final = 12
_LONGEST: Final = 120
_SEEDS: Final = 1 << 32


def head_wire(segment: Segment, token: int) -> Wire:
    """Return who the users are in words, how many, and of how many; ``token`` names them in requests."""
    campaign, everyone = segment.campaign, None
    if campaign is not None:
        all_users = segment.everyone()
        everyone = {
            "name": campaign.label,
            "users": len(all_users),
            "entered": len(segment & all_users),
        }
    return {
        "token": token,
        "name": segment.name,
        "rule": segment.rule,
        "size": len(segment),
        "campaign": everyone,
    }


def reach_wire(segment: Segment) -> list[Wire]:
    """Return the rows of `Segment.reach`, with each channel's label and icon; none without a campaign."""
    if segment.campaign is None:
        return []
    channels = segment.campaign.channels
    return [
        {**row, "label": channels[row["channel"]].label, "icon": channels[row["channel"]].icon}
        for row in segment.reach().iter_rows(named=True)
    ]


def profile_wire(segment: Segment) -> list[Wire]:
    """Return the rows of `Segment.profile`."""
    return segment.profile(values=_VALUES).to_dicts()


def sample_wire(segment: Segment, seed: object) -> Wire:
    """Return ten users drawn at random, every value as text; attributes past the first eleven are left out."""
    if type(seed) is not int or not 0 <= seed < _SEEDS:
        raise QueryError(f"a sample's seed is a whole number from 0, found {seed!r}")
    users = segment.sample(_SAMPLE, seed=seed).users
    shown = users.select(users.columns[:_MOST_COLUMNS])
    return {
        "columns": shown.columns,
        "rows": [[_text(value) for value in row] for row in shown.iter_rows()],
        "left": users.width - shown.width,
    }


def _text(value: object) -> str | None:
    if value is None:
        return None
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def overlap_wire(segments: Sequence[Segment]) -> list[Wire]:
    """Return how many users are in exactly which segments, the most first: ``parts`` (in or not, each), users."""
    # By their places: two of them may have one name.
    named = [segment.named(str(place)) for place, segment in enumerate(segments)]
    rows = named[0].overlap(*named[1:]).iter_rows()
    return [{"parts": list(parts), "users": users} for *parts, users in rows]


def set_names(segments: Sequence[Segment]) -> list[str]:
    """Return the segments' names, those that come again with a number."""
    seen: dict[str, count[int]] = {}
    names = []
    for segment in segments:
        number = next(seen.setdefault(segment.name, count(1)))
        names.append(segment.name if number == 1 else f"{segment.name} ({number})")
    return names


def combination(segments: Sequence[Segment], parts: object) -> Segment:
    """Return the users that are in some of the segments and not in others.

    Args:
        segments: The segments.
        parts: For each, True: in it; False: not in it; None: either.

    Raises:
        QueryError: There are more or fewer parts than segments, or the users are in none.
    """
    plain = isinstance(parts, list) and all(part is None or type(part) is bool for part in parts)
    if not isinstance(parts, list) or not plain or len(parts) != len(segments):
        raise QueryError(f"the request names {parts!r}; it takes yes, no or null for each segment")
    sides = list(zip(segments, parts, strict=True))
    if True not in parts:
        raise QueryError("the request names users of no segment; it takes those of one or more")
    inside = reduce(and_, (segment for segment, part in sides if part))
    return reduce(sub, (segment for segment, part in sides if part is False), inside)
