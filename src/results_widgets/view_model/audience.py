"""The ``_audience`` trait, and the replies about an opened segment: reach, profile, sample.

The trait holds counts and names only. The users themselves, the rows of a sample, are sent as a reply and
never synced, because synced state is saved into notebooks.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import reduce
from itertools import count
from operator import and_, sub
from typing import Final

from results_widgets.disclosure import SYNCED_USERS
from results_widgets.engine.reasons import LeftOut
from results_widgets.errors import QueryError
from results_widgets.locales import Locale
from results_widgets.segments import Segment
from results_widgets.view_model.serialization import State
from results_widgets.view_model.status import said_of

_PROFILE_VALUES: Final = 8
_SAMPLE_USERS: Final = 10
_SAMPLE_COLUMNS: Final = 12
_SAMPLE_TEXT: Final = 120
_SEEDS: Final = 1 << 32


def audience_state(segments: Sequence[Segment], locale: Locale) -> State:
    """Return ``_audience`` but for its ``segment``: ``sets``, their ``overlap``, ``left_out``, the ``locale``."""
    named = zip(unique_names(segments), segments, strict=True)
    return {
        "sets": [{**segment_details(segment, 0), "name": name} for name, segment in named],
        "overlap": segment_overlap(segments) if len(segments) > 1 else [],
        "left_out": said_of(next(filter(None, map(_left_out, segments)), None), locale),
        "locale": locale.to_state(),
    }


def _left_out(segment: Segment) -> LeftOut | None:
    return None if segment._source is None else segment._source.data.left_out


def segment_details(segment: Segment, token: int) -> State:
    """Return a segment's head and its ``reach``, as ``_audience`` has them."""
    details = segment_head(segment, token)
    # Reach is not implemented on other engines: the browser then asks for it and shows the reason.
    with suppress(QueryError):
        details["reach"] = segment_reach(segment)
    return details


def segment_head(segment: Segment, token: int) -> State:
    """Return a segment's name, rule and size, and how many of the campaign's users it has.

    Args:
        segment: The segment.
        token: Identifies the segment in later requests.
    """
    campaign, of_campaign = segment.campaign, None
    if campaign is not None:
        everyone = segment.everyone()
        when = segment._source.query.range_words if segment._source else ""
        of_campaign = {
            # For the users of one day, the base is the users who entered on that day; the name has to say so.
            "name": f"{campaign.label}, {when}" if when else campaign.label,
            "users": len(everyone),
            "entered": len(segment & everyone),
        }
    return {
        "token": token,
        "name": segment.name,
        "rule": segment.rule,
        "size": len(segment),
        "campaign": of_campaign,
    }


def segment_reach(segment: Segment) -> list[State]:
    """Return the rows of `Segment.reach` with each channel's label and icon; none without a campaign."""
    if segment.campaign is None:
        return []
    channels = segment.campaign.channels
    return [
        {**row, "label": channels[row["channel"]].label, "icon": channels[row["channel"]].icon}
        for row in segment.reach().iter_rows(named=True)
    ]


def segment_profile(segment: Segment) -> list[State]:
    """Return the rows of `Segment.profile`, of values that enough users share."""
    return segment.profile(values=_PROFILE_VALUES, min_users=SYNCED_USERS).to_dicts()


def segment_sample(segment: Segment, seed: object) -> State:
    """Return ten users drawn at random: ``columns``, ``rows`` of text, and how many columns are ``left`` out.

    Raises:
        QueryError: The seed, which a browser sends, is not a whole number from 0.
    """
    if type(seed) is not int or not 0 <= seed < _SEEDS:
        raise QueryError(f"the seed of a sample is a whole number from 0, found {seed!r}")
    users = segment.sample(_SAMPLE_USERS, seed=seed).users
    shown = users.select(users.columns[:_SAMPLE_COLUMNS])
    return {
        "columns": shown.columns,
        "rows": [[_truncated(value) for value in row] for row in shown.iter_rows()],
        "left": users.width - shown.width,
    }


def _truncated(value: object) -> str | None:
    if value is None:
        return None
    text = str(value)
    return text if len(text) <= _SAMPLE_TEXT else text[: _SAMPLE_TEXT - 1] + "…"


def segment_overlap(segments: Sequence[Segment]) -> list[State]:
    """Return the number of users for each exact combination of segments, the largest first.

    A row has ``parts`` (for each segment, whether the users are in it) and ``users``.
    """
    # Named by position, because two segments may have the same name.
    numbered = [segment.named(str(place)) for place, segment in enumerate(segments)]
    rows = numbered[0].overlap(*numbered[1:]).iter_rows()
    return [{"parts": list(parts), "users": users} for *parts, users in rows]


def unique_names(segments: Sequence[Segment]) -> list[str]:
    """Return the segments' names; repeated ones are numbered: ``Buyers``, ``Buyers (2)``."""
    counters: dict[str, count[int]] = {}
    names = []
    for segment in segments:
        number = next(counters.setdefault(segment.name, count(1)))
        names.append(segment.name if number == 1 else f"{segment.name} ({number})")
    return names


def combination(segments: Sequence[Segment], membership: object) -> Segment:
    """Return the users who are in some of the segments and not in others.

    Args:
        segments: The segments.
        membership: From a browser. For each segment, True: in it; False: not in it; None: either.

    Raises:
        QueryError: It is not one True, False or None per segment, or none of them is True.
    """
    if (
        not isinstance(membership, list)
        or len(membership) != len(segments)
        or not all(value is None or type(value) is bool for value in membership)
    ):
        raise QueryError(
            f"the request names the parts {membership!r}; pass true, false or null for each segment"
        )
    if True not in membership:
        raise QueryError("the request names users of no segment; pass true for one or more")
    pairs = list(zip(segments, membership, strict=True))
    inside = reduce(and_, (segment for segment, value in pairs if value))
    return reduce(sub, (segment for segment, value in pairs if value is False), inside)
