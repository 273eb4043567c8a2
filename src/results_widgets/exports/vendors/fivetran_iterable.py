"""Iterable's warehouse tables as Fivetran fills them: the rows of its webhooks in two tables and a history."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from results_widgets.exports.mail import of_json
from results_widgets.exports.vendor import About, Files, Placed, Record, Sample, Sign
from results_widgets.exports.vendors.iterable import VENDOR as ITERABLE
from results_widgets.exports.warehouse import lookup, lowered, rows_of, tables_of

_SHAPES: Final = {
    "event": frozenset(("_fivetran_id", "email", "event_name", "created_at", "campaign_id")),
    "event_extension": frozenset(("_fivetran_id", "workflow_id", "experiment_id")),
    "campaign_history": frozenset(("id", "name", "campaign_state", "workflow_id")),
}
_EXTENSION: Final = (
    *("workflow_id", "workflow_name", "experiment_id", "reason", "link_url", "url"),
    *("clicked_url", "platform_endpoint", "proxy_source"),
)
_NAMES: Final = {
    "event_name": "eventName",
    "created_at": "createdAt",
    "campaign_id": "campaignId",
    "message_id": "messageId",
    "content_id": "templateId",
    "workflow_id": "workflowId",
    "workflow_name": "workflowName",
    "experiment_id": "experimentId",
    "link_url": "linkUrl",
    "clicked_url": "clickedUrl",
    "recipient_state": "recipientState",
    "user_agent_device": "userAgentDevice",
    "_fivetran_user_id": "userId",
}
_READ: Final = ITERABLE.rows
_EVENTS: Final = frozenset(ITERABLE.mapping.event) - {"*"}


def _rows(placed: Placed) -> Iterator[Record | About]:
    """Return a row as Iterable's webhook names its fields."""
    row = lowered(placed.record)
    for name in ("additional_properties", "transactional_data"):
        more = of_json(row.get(name))
        row = {**more, **row} if isinstance(more, dict) else row
    named = {_NAMES.get(name, name): value for name, value in row.items()}
    assert _READ is not None
    # Users are told by address here: the connector's user ids are not in all of its tables.
    yield from _READ(placed._replace(record={**named, "_user": row.get("email")}))


def _read(files: Files) -> Iterator[Placed | About]:
    tables = tables_of(files, _SHAPES)
    history = lookup(files, tables.get("campaign_history", ()), "id", "workflow_id", "name")
    for id_, (workflow, name) in history.items():
        if name and workflow is None:
            yield About("campaign", id_, name)
        if name:
            yield About("action", id_, name, campaign_id=workflow)
    more = lookup(files, tables.get("event_extension", ()), "_fivetran_id", *_EXTENSION)

    def joined(record: Record) -> Record:
        known = more.get(str(record.get("_fivetran_id")), ())
        added = dict(zip(_EXTENSION, known, strict=False))
        if added.get("workflow_id") is None:
            added["workflow_id"] = history.get(str(record.get("campaign_id")), (None,))[0]
        return {**added, **record}

    yield from rows_of(files, (*tables.get("", ()), *tables.get("event", ())), joined)


def _recognise(sample: Sample) -> Sign | None:
    columns = {"_fivetran_id", "event_name", "created_at", "campaign_id", "email"}
    if sample.share_where(lambda one: columns <= lowered(one).keys()):
        return Sign(0.95, "its columns are those of Iterable's event table at Fivetran")
    few = {"event_name", "created_at", "campaign_id"}
    if sample.share_where(
        lambda one: few <= (row := lowered(one)).keys() and row["event_name"] in _EVENTS
    ):
        return Sign(0.85, "it has event_name, created_at and campaign_id, with Iterable's events")
    return None


VENDOR: Final = replace(
    ITERABLE,
    key="fivetran_iterable",
    label="Iterable (Fivetran)",
    aliases=(),
    versions=("Fivetran's tables",),
    formats=("CSV or Parquet of event, event_extension and campaign_history",),
    mapping=replace(
        ITERABLE.mapping, user_id=("_user", "userId"), event_id="_fivetran_id", time_zone="UTC"
    ),
    recognise=_recognise,
    campaign="workflow_id of the extension or the campaign's history, else campaign_id",
    action="campaign_id",
    cannot=("flow", "goals but custom events"),
    notes=(
        "skips with reason ExperimentHoldOut are held back, all other skips are suppressed",
        "a person is the email address",
    ),
    rows=_rows,
    read=_read,
    machine=(),
    flags_each=False,
)
