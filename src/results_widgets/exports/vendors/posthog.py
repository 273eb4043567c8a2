"""PostHog's events: batch exports as JSON lines or Parquet, and the answers of its API."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports import analytics as own
from results_widgets.exports.fields import getter
from results_widgets.exports.mail import with_object
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.vendor import About, Placed, Record, Sample, Sign, Vendor

_IN: Final = "properties."
_CHANNEL: Final = getter(own.fields(_IN, *own.CHANNEL))


_JOINED: Final = {
    "$identify": ("$anon_distinct_id", "distinct_id"),
    "$create_alias": ("alias", "distinct_id"),
    "$merge_dangerously": ("alias", "distinct_id"),
}


def _rows(placed: Placed) -> Iterator[Record | About]:
    results = placed.record.get("results")
    for record in results if isinstance(results, list) else [placed.record]:
        row = with_object(record, "properties")
        yield from own.aliases(row, _JOINED)
        yield own.told(row, row.get("event"), _CHANNEL(row))


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_with("event", "distinct_id", "properties"):
        return Sign(0.9, "its records have event, distinct_id and properties")
    if sample.share_with("event", "distinct_id", "uuid", "timestamp"):
        return Sign(0.85, "its records have event, distinct_id and uuid")
    if sample.share_where(
        lambda one: any(
            isinstance(event, dict) and "distinct_id" in event for event in one.get("results") or ()
        )
    ):
        return Sign(0.85, "its results have event and distinct_id")
    return None


VENDOR: Final = Vendor(
    key="posthog",
    label="PostHog",
    versions=("Batch exports of events, 2026",),
    formats=("JSON lines", "Parquet", "CSV", "answers of the API"),
    mapping=Mapping(
        user_id=("distinct_id", "person_id"),
        timestamp="timestamp",
        time_zone="UTC",
        event_column="event",
        event=own.events(),
        campaign_id=own.fields(_IN, *own.CAMPAIGN, "$utm_campaign"),
        campaign_name=own.fields(_IN, *own.CAMPAIGN_NAME),
        action_id=own.fields(_IN, *own.ACTION),
        action_name=own.fields(_IN, *own.ACTION_NAME),
        variant=own.fields(_IN, *own.VARIANT),
        event_id="uuid",
        machine=own.fields(_IN, *own.MACHINE),
        value=own.fields(_IN, "$revenue", *own.VALUE),
        currency=own.fields(_IN, "currency", "$currency"),
        link=own.fields(_IN, *own.LINK),
        reason=own.fields(_IN, "reason"),
        platform=own.fields(_IN, "$os", "platform"),
        columns={"person_id": "person_id", "device_id": own.fields(_IN, "$device_id")},
    ),
    recognise=_recognise,
    campaign=own.OF_CAMPAIGN,
    action=own.OF_ACTION,
    tells=("goal events",),
    cannot=("flow", "held back", "events of messages that are not tracked"),
    notes=(
        "events of messages are told by their names, such as email_sent or Push Opened; a mapping= says others",
        "a person is the distinct_id; those of one person_id are one person, and so are those that an event joins",
    ),
    rows=_rows,
    reads=("event", *own.fields(_IN, *own.CHANNEL)),
    apart=("results", f"{_IN}$anon_distinct_id", "$anon_distinct_id", f"{_IN}alias", "alias"),
    objects=("properties",),
    person_keys=("person_id",),
    devices=("device_id",),
    as_seen=True,
    flags_each=True,
)
