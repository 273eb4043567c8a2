"""Amplitude's export API and its exports to storage: an event a line."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports import analytics as own
from results_widgets.exports.fields import as_text, getter
from results_widgets.exports.mail import with_object
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.vendor import About, Placed, Record, Sample, Sign, Vendor

_IN: Final = "event_properties."
_CHANNEL: Final = getter(own.fields(_IN, *own.CHANNEL))
_MERGED: Final = ("amplitude_id", "merged_amplitude_id")


def _rows(placed: Placed) -> Iterator[Record | About]:
    record = placed.record
    if _is_merge(record):
        old, new = (as_text(record[name]) for name in _MERGED)
        if old and new:
            yield About("alias", old, new)
        return
    row = with_object(record, "event_properties")
    yield own.told(row, row.get("event_type"), _CHANNEL(row))


def _is_merge(record: Record) -> bool:
    return "event_type" not in record and all(name in record for name in _MERGED)


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_where(_is_merge):
        return Sign(0.9, "its records have amplitude_id and merged_amplitude_id")
    if sample.share_with("event_type", "event_time", "amplitude_id"):
        return Sign(0.95, "its records have event_type, event_time and amplitude_id")
    if sample.share_with("event_type", "event_time", "event_properties"):
        return Sign(0.9, "its records have event_type, event_time and event_properties")
    return None


VENDOR: Final = Vendor(
    key="amplitude",
    label="Amplitude",
    versions=("Export API 2",),
    formats=("JSON lines, packed or not", "Parquet of the same fields", "the table of merged ids"),
    mapping=Mapping(
        user_id=("user_id", "amplitude_id", "device_id"),
        timestamp="event_time",
        time_zone="UTC",
        event_column="event_type",
        event=own.events(),
        campaign_id=own.fields(_IN, *own.CAMPAIGN),
        campaign_name=own.fields(_IN, *own.CAMPAIGN_NAME),
        action_id=own.fields(_IN, *own.ACTION),
        action_name=own.fields(_IN, *own.ACTION_NAME),
        variant=own.fields(_IN, *own.VARIANT),
        event_id=("$insert_id", "insert_id", "uuid"),
        machine=own.fields(_IN, *own.MACHINE),
        value=own.fields(_IN, "$revenue", *own.VALUE),
        currency=own.fields(_IN, "currency", "$currency"),
        link=own.fields(_IN, *own.LINK),
        reason=own.fields(_IN, "reason"),
        platform="platform",
        columns={"amplitude_id": "amplitude_id", "device_id": "device_id"},
    ),
    recognise=_recognise,
    campaign=own.OF_CAMPAIGN,
    action=own.OF_ACTION,
    tells=("goal events",),
    cannot=("flow", "held back", "events of messages that are not tracked"),
    notes=(
        "events of messages are told by their names, such as Email Sent or [Tool] Push Opened; a mapping= says others",
        "times are UTC, though they name no zone",
        "a person is the user_id, else the amplitude_id; events before a login are of who logs in, if that is one",
        "ids of the table of merged ids are one person's",
    ),
    rows=_rows,
    reads=("event_type", *own.fields(_IN, *own.CHANNEL)),
    apart=("merged_amplitude_id",),
    objects=("event_properties",),
    devices=("device_id", "amplitude_id"),
    as_seen=True,
    flags_each=True,
)
