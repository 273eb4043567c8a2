"""Mautic's own tables, dumped as CSV: sends with their opens, page hits, and the tree of a campaign's events."""

import re
from collections.abc import Iterator
from typing import Any, Final

from results_widgets.exports import mail
from results_widgets.exports.fields import as_flag, as_text
from results_widgets.exports.kept import Kept
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, By
from results_widgets.exports.vendor import About, Files, Placed, Record, Sample, Sign, Vendor
from results_widgets.exports.warehouse import lookup, lowered, rows_of, table_of, tables_of

_FAILED: Final = Became("email", "bounced", "is_failed: it bounced or could not be sent")
_SMS_FAILED: Final = Became("sms", "failed")
_EVENTS: Final = {
    "email sent": mail.SENT,
    "email read": mail.OPENED,
    "email failed": _FAILED,
    "page hit": By("_is_of_mail", {"true": mail.CLICKED}, Became(note="of no email")),
    "sms sent": Became("sms", "sent"),
    "sms failed": _SMS_FAILED,
    "push sent": Became("push", "sent"),
    "push read": Became("push", "opened"),
    "do not contact": By(
        "reason", {"1": mail.UNSUBSCRIBED, "2": mail.BOUNCED}, Became(note="set by hand")
    ),
    "added": Became(None, "entered"),
    "exited": Became(None, "exited"),
}
_SHAPES: Final = {
    "email_stats": frozenset(("email_id", "lead_id", "date_sent")),
    "page_hits": frozenset(("email_id", "lead_id", "date_hit", "url")),
    "sms_message_stats": frozenset(("sms_id", "lead_id", "date_sent")),
    "push_notification_stats": frozenset(("notification_id", "lead_id", "date_sent")),
    "lead_donotcontact": frozenset(("lead_id", "date_added", "reason", "channel")),
    "campaign_leads": frozenset(("campaign_id", "lead_id", "date_added", "rotation")),
    "campaign_lead_event_log": frozenset(("event_id", "lead_id", "date_triggered")),
    "campaign_events": frozenset(("id", "campaign_id", "parent_id", "event_type")),
    "emails": frozenset(("id", "name", "subject", "email_type")),
    "campaigns": frozenset(("id", "name", "canvas_settings")),
}
_EVENT_TABLES: Final = tuple(_SHAPES)[:6]
_OPENED_AT: Final = re.compile(r'"datetime"\s*[;:]\s*(?:s:\d+:)?\s*"([^"]+)"')
_CHANNELS: Final = {"email": "email", "sms": "sms", "notification": "push"}
_STEP: Final = "campaign.event"


def _rows(placed: Placed) -> Iterator[Record | About]:
    row = lowered(placed.record)
    table = row.get("_table") or table_of(row, _SHAPES) or ""
    if row.get("source") == _STEP and row.get("source_id"):
        row.setdefault("_step", row["source_id"])
    if table == "email_stats":
        yield from _mail(row)
    elif table == "page_hits":
        is_of_mail = row.get("email_id") not in (None, "", "0", 0)
        yield _event(row, "page hit", row.get("date_hit"), _is_of_mail=is_of_mail)
    elif table in ("sms_message_stats", "push_notification_stats"):
        yield from _text(row, "sms" if table.startswith("sms") else "push")
    elif table == "lead_donotcontact":
        mailed = row.get("channel") == "email"
        more = {"email_id": row.get("channel_id")} if mailed else {}
        yield _event({**row, **more}, "do not contact", row.get("date_added"))
    elif table == "campaign_leads":
        yield _event(row, "added", row.get("date_added"))
        if row.get("date_last_exited"):
            yield _event(row, "exited", row["date_last_exited"])


def _event(row: Record, name: str, time: Any, **more: Any) -> Record:
    campaign, email = row.get("_campaign") or row.get("campaign_id"), row.get("email_id")
    if campaign in (None, "") and email not in (None, "", "0", 0):
        campaign = f"email/{as_text(email)}"
    return {**row, "_event": name, "_time": time, "_campaign": campaign, **more}


def _mail(row: Record) -> Iterator[Record | About]:
    stat = as_text(row.get("id")) or as_text(row.get("tracking_hash"))

    def event(name: str, time: Any, number: int = 0) -> Record:
        return _event(row, name, time, _id=f"{name} {stat} {number}" if stat else None)

    yield event("email sent", row.get("date_sent"))
    if as_flag(row.get("is_failed")):
        yield event("email failed", row.get("date_sent"))
    opens = _OPENED_AT.findall(str(row.get("open_details") or ""))
    first = row.get("date_read")
    if not opens and first:
        opens = [first]
        if (as_text(row.get("open_count")) or "1") not in ("0", "1"):
            yield About("first_only", "opened", channel="email")
    for number, time in enumerate(opens):
        yield event("email read", time, number)


def _text(row: Record, channel: str) -> Iterator[Record]:
    yield _event(row, f"{channel} sent", row.get("date_sent"))
    if channel == "sms" and as_flag(row.get("is_failed")):
        yield _event(row, "sms failed", row.get("date_sent"))
    if row.get("date_read"):
        yield _event(row, "push read", row["date_read"])


def _read(files: Files) -> Iterator[Placed | About]:
    tables = tables_of(files, _SHAPES)
    for path in tables.get("campaign_lead_event_log", ()):
        files.ignored[path] = "says which steps contacts reached; messages have tables of their own"
    steps = lookup(
        files,
        tables.get("campaign_events", ()),
        "id",
        "campaign_id",
        "parent_id",
        "name",
        "channel",
    )
    for id_, (campaign, parent, name, channel) in steps.items():
        parents = (parent,) if parent else ()
        ours = _CHANNELS.get(channel or "")
        yield About("action", id_, name or "", ours, campaign, parents)
    for id_, (name,) in lookup(files, tables.get("campaigns", ()), "id", "name").items():
        yield About("campaign", id_, name or "", facts={"kind": "campaign"})
    for id_, (name, kind) in lookup(
        files, tables.get("emails", ()), "id", "name", "email_type"
    ).items():
        yield About("campaign", f"email/{id_}", name or "", facts={"kind": kind})
    sent = Kept()
    for table in ("", *_EVENT_TABLES):

        def joined(row: Record, table: str = table) -> Record:
            return {**_placed_in(row, steps, sent, table), "_table": table}

        yield from rows_of(files, tables.get(table, ()), joined)


def _placed_in(
    row: Record,
    steps: Kept,
    sent: Kept,
    table: str,
) -> Record:
    """Return a row with its step and its campaign: a click and an unsubscribe have those of their mail."""
    step = row.get("source_id") if row.get("source") == _STEP else None
    email = row.get("channel_id") if table == "lead_donotcontact" else row.get("email_id")
    of = (str(row.get("lead_id")), str(email))
    if table == "email_stats" and step:
        sent[of] = step
    step = step or sent.get(of)
    if not step:
        return row
    return {**row, "_step": step, "_campaign": steps.get(str(step), (None,))[0]}


def _recognise(sample: Sample) -> Sign | None:
    found = {table_of(record, _SHAPES) for record in sample.records}
    if len(found) == 1 and None not in found:
        return Sign(0.85, f"its columns are those of Mautic's {found.pop()}")
    return None


VENDOR: Final = Vendor(
    key="mautic",
    label="Mautic",
    versions=("Tables of version 5",),
    formats=(
        "the database itself, by an open connection",
        "CSV dumps of email_stats, page_hits, campaign_events and others",
    ),
    mapping=Mapping(
        user_id="lead_id",
        timestamp="_time",
        time_zone="UTC",
        event_column="_event",
        event=_EVENTS,
        campaign_id="_campaign",
        action_id="_step",
        event_id="_id",
        entry_id="rotation",
        link="url",
        reason=("comments",),
        columns={"email_id": "email_id"},
    ),
    recognise=_recognise,
    campaign="the campaign of the step that sent, else email/ and the email's id",
    action="the step (id of campaign_events), else the campaign itself",
    tells=(
        "flow (the tree of events, over decisions and conditions)",
        "entries and exits",
        "names",
    ),
    cannot=("deliveries", "variants", "held back", "conversions", "machine opens and clicks"),
    notes=("opens are all there where open_details is, else only the first, and totals are n/a",),
    rows=_rows,
    read=_read,
)
