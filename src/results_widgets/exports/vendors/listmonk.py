"""Listmonk's own tables, dumped as CSV: views, clicks and bounces; who was sent to is in none of them."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports import mail
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, By
from results_widgets.exports.vendor import About, Files, Placed, Record, Sample, Sign, Vendor
from results_widgets.exports.warehouse import lookup, lowered, rows_of, table_of, tables_of

_ANONYMOUS: Final = Became(note="of nobody: individual tracking of subscribers is off")
_EVENTS: Final = {
    "view": By("_is_known", {"true": mail.OPENED}, _ANONYMOUS),
    "click": By("_is_known", {"true": mail.CLICKED}, _ANONYMOUS),
    "bounce": By("type", {"soft": mail.SOFT, "complaint": mail.SPAM}, mail.BOUNCED),
}
_SHAPES: Final = {
    "bounces": frozenset(("subscriber_id", "campaign_id", "type", "created_at")),
    "link_clicks": frozenset(("subscriber_id", "campaign_id", "link_id")),
    "campaign_views": frozenset(("subscriber_id", "campaign_id", "created_at")),
    "links": frozenset(("id", "uuid", "url")),
    "campaigns": frozenset(("id", "name", "subject", "messenger")),
    "subscribers": frozenset(("id", "email", "attribs")),
}
_OF: Final = {"bounces": "bounce", "link_clicks": "click", "campaign_views": "view"}


def _rows(placed: Placed) -> Iterator[Record]:
    record = lowered(placed.record)
    table = record.get("_table") or table_of(record, _SHAPES) or ""
    is_known = record.get("subscriber_id") not in (None, "")
    # Ids count within a table.
    id_ = f"{table} {record['id']}" if record.get("id") not in (None, "") else None
    yield {**record, "_event": _OF.get(table), "_is_known": is_known, "_id": id_}


def _read(files: Files) -> Iterator[Placed | About]:
    tables = tables_of(files, _SHAPES)
    links = lookup(files, tables.get("links", ()), "id", "url")
    names = lookup(files, tables.get("campaigns", ()), "id", "name", "subject", "type")
    for id_, (name, subject, kind) in names.items():
        yield About("campaign", id_, name or subject or "", facts={"kind": kind})
    for path in tables.get("subscribers", ()):
        yield from files.each((path,), _subscribers)
    for table in ("", *_OF):

        def joined(row: Record, table: str = table) -> Record:
            link = links.get(str(row.get("link_id")), (None,))[0]
            return {**row, "_link": link, "_table": table}

        yield from rows_of(files, tables.get(table, ()), joined)


def _subscribers(placed: Placed) -> Iterator[About]:
    row = lowered(placed.record)
    if row.get("id") not in (None, ""):
        facts = {name: row.get(name) for name in ("email", "name", "status") if row.get(name)}
        yield About("user", str(row["id"]), facts=facts)


def _recognise(sample: Sample) -> Sign | None:
    found = {table_of(record, _SHAPES) for record in sample.records}
    if len(found) == 1 and found <= {*_OF, "campaigns", "subscribers"}:
        return Sign(0.8, f"its columns are those of Listmonk's {found.pop()}")
    return None


VENDOR: Final = Vendor(
    key="listmonk",
    label="Listmonk",
    versions=("Tables of version 5",),
    formats=(
        "the database itself (PostgreSQL)",
        "CSV dumps of campaign_views, link_clicks, bounces, links, campaigns, subscribers",
    ),
    mapping=Mapping(
        user_id="subscriber_id",
        timestamp="created_at",
        time_zone="UTC",
        event_column="_event",
        event=_EVENTS,
        campaign_id="campaign_id",
        event_id="_id",
        link="_link",
        reason=("source", "meta"),
    ),
    recognise=_recognise,
    campaign="campaign_id",
    action="the campaign itself",
    tells=("names and links, if their tables are there",),
    cannot=(
        "sends and deliveries: Listmonk counts them and keeps no row",
        *mail.CANNOT,
        "unsubscribes",
    ),
    notes=("views and clicks without a subscriber are left over: individual tracking was off",),
    rows=_rows,
    read=_read,
)
