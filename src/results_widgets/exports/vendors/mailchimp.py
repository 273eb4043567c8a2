"""Mailchimp: the warehouse tables that Fivetran fills, and the reports API's email activity."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports import mail
from results_widgets.exports.kept import Kept
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, By
from results_widgets.exports.vendor import About, Files, Placed, Record, Sample, Sign, Vendor
from results_widgets.exports.warehouse import lookup, lowered, rows_of, table_of, tables_of

_EVENTS: Final = {
    "recipient": By(
        "_is_timed",
        {"true": Became("email", "sent", "at the campaign's send time")},
        Became(note="nobody knows when: the campaign's send_time is not there"),
    ),
    "open": mail.OPENED,
    "click": mail.CLICKED,
    "bounce": By("_bounce", {"soft": mail.SOFT}, mail.BOUNCED),
    "unsubscribe": mail.UNSUBSCRIBED,
    "unsub": mail.UNSUBSCRIBED,
    "abuse": mail.SPAM,
}
_SHAPES: Final = {
    "automation_recipient_activity": frozenset(
        ("action", "automation_email_id", "member_id", "timestamp")
    ),
    "campaign_recipient_activity": frozenset(("action", "campaign_id", "member_id", "timestamp")),
    "unsubscribe": frozenset(("campaign_id", "member_id", "reason", "timestamp")),
    "automation_recipient": frozenset(("automation_email_id", "member_id")),
    "campaign_recipient": frozenset(("campaign_id", "member_id", "list_id")),
    "automation_email": frozenset(("id", "automation_id", "position")),
    "member": frozenset(("id", "email_address", "unique_email_id")),
    "campaign": frozenset(("id", "send_time", "subject_line")),
    "automation": frozenset(("id", "trigger_settings")),
    "email-activity": frozenset(("emails",)),
    "email-activity, one person": frozenset(("activity", "email_id")),
}
_EVENT_TABLES: Final = (*[*_SHAPES][:5], *[*_SHAPES][-2:])


def _rows(placed: Placed) -> Iterator[Record]:
    """Return the rows of an answer of the API, or a table's row as it is."""
    record = placed.record
    people = record.get("emails")
    for person in people if isinstance(people, list) else [record]:
        activity = person.get("activity")
        if not isinstance(activity, list):
            yield _row(person)
            continue
        for one in activity:
            yield _row({**person, "activity": None, **one})


def _row(given: Record) -> Record:
    record = lowered(given)
    action = record.get("action")
    if action is None and "member_id" in record:
        action = "unsubscribe" if record.get("timestamp") else "recipient"
    return {
        **record,
        "_action": action,
        "_time": record.get("timestamp") or record.get("_sent"),
        "_is_timed": bool(record.get("_sent")),
        "_bounce": record.get("bounce_type") or record.get("type"),
    }


def _read(files: Files) -> Iterator[Placed | About]:
    tables = tables_of(files, _SHAPES)
    campaigns = lookup(
        files, tables.get("campaign", ()), "id", "send_time", "title", "subject_line"
    )
    automations = lookup(files, tables.get("automation", ()), "id", "title")
    emails = lookup(
        files, tables.get("automation_email", ()), "id", "automation_id", "position", "title"
    )
    for id_, (_, title, subject) in campaigns.items():
        yield About("campaign", id_, title or subject or "", facts={"kind": "campaign"})
    for id_, (title,) in automations.items():
        yield About("campaign", id_, title or "", facts={"kind": "automation"})
    yield from _steps(emails)
    yield from files.each(tables.get("member", ()), _members)
    for table in ("", *_EVENT_TABLES):

        def joined(row: Record, table: str = table) -> Record:
            return _joined(row, table, campaigns, emails)

        yield from rows_of(files, tables.get(table, ()), joined)


def _members(placed: Placed) -> Iterator[About]:
    row = lowered(placed.record)
    if row.get("id"):
        yield About("user", str(row["id"]), facts={"email_address": row.get("email_address")})


def _joined(record: Record, table: str, campaigns: Kept, emails: Kept) -> Record:
    """Return a row with its campaign's send time, or its automation."""
    campaign = str(record.get("campaign_id") or "")
    # Unsubscribes name an automation's email as their campaign.
    email = str(record.get("automation_email_id") or (campaign if campaign in emails else ""))
    if email:
        automation = emails.get(email, (None,))[0]
        return {**record, "automation_email_id": email, "automation_id": automation or email}
    if table != "campaign_recipient":
        return record
    return {**record, "_sent": campaigns.get(campaign, (None,))[0]}


def _steps(emails: Kept) -> Iterator[About]:
    """Return an automation's emails, each after the one of the position before."""
    ordered = sorted(emails.items(), key=lambda one: (one[1][0] or "", float(one[1][1] or 0)))
    for n, (id_, (automation, _, title)) in enumerate(ordered):
        before, (same, *_) = ordered[n - 1] if n else ("", (None,))
        parents = (before,) if n and same == automation else ()
        yield About("action", id_, title or "", "email", automation, parents)


def _recognise(sample: Sample) -> Sign | None:
    tables = [table_of(record, _SHAPES) for record in sample.records]
    if tables and tables[0] is not None and tables.count(tables[0]) == len(tables):
        return Sign(0.9, f"its columns are those of Mailchimp's {tables[0]} in a warehouse")
    if sample.share_where(
        lambda one: isinstance(one.get("emails"), list) or ("activity" in one and "email_id" in one)
    ):
        return Sign(0.85, "its records have emails with activity, as Mailchimp's reports API")
    return None


VENDOR: Final = Vendor(
    key="mailchimp",
    label="Mailchimp",
    aliases=("fivetran_mailchimp",),
    versions=("Fivetran's tables", "Marketing API 3.0, email-activity"),
    formats=("CSV or Parquet of the tables", "JSON of the reports API"),
    mapping=Mapping(
        user_id=("member_id", "email_address", "email_id"),
        timestamp="_time",
        time_zone="UTC",
        event_column="_action",
        event=_EVENTS,
        campaign_id=("automation_id", "campaign_id"),
        action_id="automation_email_id",
        variant="combination_id",
        link="url",
        reason=("bounce_type", "reason"),
        columns={"list_id": "list_id"},
    ),
    recognise=_recognise,
    campaign="automation_id, else campaign_id",
    action="automation_email_id, else the campaign itself",
    tells=("variants (combinations)", "flow (positions of an automation's emails)"),
    cannot=(
        "sends, unless campaign_recipient and the campaign's send_time are there",
        "deliveries",
        "held back",
        "conversions",
        "machine opens and clicks",
        "ids of events",
    ),
    notes=("every recipient is sent to at the campaign's send_time; without it users are n/a",),
    rows=_rows,
    read=_read,
)
