"""Leanplum's raw export: six CSV tables, or one session a line as JSON, with the API's answers about messages."""

from collections import defaultdict
from collections.abc import Iterator, Mapping as AnyMapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from results_widgets.exports.mapping import Mapping
from results_widgets.exports.vendor import About, Files, Placed, Record, Sample, Sign, Vendor
from results_widgets.exports.vendors._leanplum_events import (
    DELIVERED,
    EVENTS,
    IDS,
    LINKS,
    MESSAGE,
    channel_of,
    guessed_channel,
    note_suffix,
    rules,
    tails,
)
from results_widgets.exports.vendors._leanplum_files import Messages, Tables, complete, table_of


class _Reader:
    """Turns events into rows, knowing what the API says of their messages."""

    def __init__(self, messages: Messages, seen: AnyMapping[str, set[str]]) -> None:
        self.messages = messages
        self.channels = {id_: channel_of(one) for id_, one in messages.by_id.items()}
        guessed = {
            id_: guessed_channel(own) for id_, own in seen.items() if id_ not in self.channels
        }
        self.guessed = guessed

    def about(self) -> Iterator[About]:
        """Return names of messages, campaigns, variants."""
        for id_, one in self.messages.by_id.items():
            campaign = one.get("campaignID")
            of = None if campaign is None else str(campaign)
            yield About("action", id_, str(one.get("name") or ""), self.channels[id_], of)
            if of is not None and one.get("campaignName"):
                yield About("campaign", of, str(one["campaignName"]))
        for test in self.messages.tests.values():
            for variant in test.get("variants") or ():
                yield About("variant", str(variant.get("id")), str(variant.get("name") or ""))

    def row(self, event: Record, session: Record, variants: AnyMapping[str, str]) -> Record:
        """Return an event as a row."""
        parameters = event.get("parameters") or {}
        name = str(event.get("name") or "")
        row = {
            **{key: session.get(key) for key in _KEPT},
            "name": name,
            "user": session.get("userId") or session.get("deviceId"),
            "time": event.get("time"),
            "eventId": event.get("eventId"),
            "value": event.get("value"),
            "link": next((parameters[one] for one in LINKS if parameters.get(one)), None),
            "reason": parameters.get("reason"),
        }
        found = MESSAGE.match(name)
        id_ = (
            found["id"]
            if found
            else next((parameters[one] for one in IDS if one in parameters), None)
        )
        if found is None and name == "Push Opened":
            return {**row, "_became": "repeated"}
        if id_ is None or (found is None and name != DELIVERED):
            return {**row, "_became": self._of_app(name, row)}
        return {
            **row,
            **self._of_message(
                str(id_), (found["event"] or "") if found else "delivered", variants
            ),
        }

    def _of_app(self, name: str, row: Record) -> str:
        if name.casefold() in ("purchase", "in app purchase"):
            return "goal"
        try:
            return "goal" if float(row["value"] or 0) > 0 else ""
        except (TypeError, ValueError):
            return ""

    def _of_message(self, id_: str, suffix: str, variants: AnyMapping[str, str]) -> Record:
        channel = self.channels.get(id_) or self.guessed.get(id_, "push")
        message = self.messages.by_id.get(id_, {})
        known = EVENTS[channel]
        event = next((known[tail] for tail in tails(suffix) if tail in known), None)
        if event is None and channel == "in_app" and suffix:
            event = "selected"
        tests = [str(one) for one in message.get("abTestIds") or ()]
        return {
            "_became": f"{channel} {event}" if event else "unknown",
            "message": id_,
            "campaign": message.get("campaignID"),
            "variant": next((variants[one] for one in tests if one in variants), None),
        }


_KEPT: Final = ("isDeveloper", "country", "locale", "client", "appVersion")


def _read(files: Files) -> Iterator[Placed | About]:
    messages, tables, sessions = Messages(), Tables(), []
    for path in complete(files):
        first = next(files.quiet(path), None)
        if first is None:
            # Read, so that one that cannot be is named.
            yield from files.records(path)
            continue
        if messages.add(first.record):
            for placed in files.records(path):
                files.tried(placed, lambda one: [messages.add(one.record)])
        elif "sessionId" in first.record and _is_session(first.record):
            sessions.append(path)
        elif (table := table_of(first.record)) is not None:
            add = partial(tables.add, table)
            for placed in files.records(path):
                files.tried(placed, add)
        else:
            files.refuse(Placed(first.record, path, first.line), "no table of a Leanplum export")
    yield from _of_sessions(files, sessions, messages)
    yield from _of_tables(files, tables, messages)


def _is_session(record: Record) -> bool:
    return any(name in record for name in ("states", "events", "userAttributes")) or (
        isinstance(record.get("experiments"), list)
    )


def _of_sessions(files: Files, paths: list[str], messages: Messages) -> Iterator[Placed | About]:
    seen: dict[str, set[str]] = defaultdict(set)
    if paths and not messages.by_id:
        for path in paths:
            for placed in files.quiet(path):
                for name in files.tried(placed, _names, quietly=True):
                    note_suffix(seen, name)
    reader = _Reader(messages, seen)
    yield from reader.about()
    yield from files.each(paths, lambda one: _rows_of(one, reader))


def _names(placed: Placed) -> list[Any]:
    return [event.get("name") for event in _events(placed.record)]


def _rows_of(placed: Placed, reader: _Reader) -> list[Placed | About]:
    """Return what a session of JSON says."""
    session = {"isDeveloper": False, **placed.record}
    # Assigned is not exposed: whoever never saw the test belongs to no arm of it.
    tests = [one for one in session.get("experiments") or () if one.get("impressed") is not False]
    variants = {str(one.get("id")): str(one.get("variantId")) for one in tests}
    rows = [reader.row(event, session, variants) for event in _events(session)]
    return [*_user(session), *(Placed(row, placed.file, placed.line) for row in rows)]


def _events(session: Record) -> Iterator[Record]:
    for state in session.get("states") or ():
        yield from state.get("events") or ()
    yield from session.get("events") or ()


def _user(session: Record) -> Iterator[About]:
    user = session.get("userId") or session.get("deviceId")
    if user:
        flag = str(session.get("isDeveloper")).casefold() in ("true", "1", "t")
        attributes = {**(session.get("userAttributes") or {}), "is_developer": flag}
        yield About("user", str(user), facts=attributes)


def _of_tables(files: Files, tables: Tables, messages: Messages) -> Iterator[Placed | About]:
    seen: dict[str, set[str]] = defaultdict(set)
    if not messages.by_id:
        for placed in tables.events():
            note_suffix(seen, placed.record["eventName"])
    reader = _Reader(messages, seen)
    yield from reader.about()
    for session in tables.users():
        yield from _user(session)
    for placed in tables.events():
        record = placed.record
        if record.get("has_session") is None:
            files.refuse(placed, f"its session {record['sessionId']} is not in the export")
            continue
        parameters = {one["name"]: one["value"] for one in record.get("eventparameters") or ()}
        event = {
            "name": record["eventName"],
            "eventId": record["eventId"],
            "time": record["start"],
            "value": record["value"],
            "parameters": parameters,
        }
        tests = record.get("experiments") or ()
        variants = {str(one["experimentId"]): str(one["variantId"]) for one in tests}
        yield Placed(reader.row(event, record, variants), placed.file, placed.line)


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_where(lambda one: "sessionId" in one and _is_session(one)):
        return Sign(0.95, "its records are sessions with states, experiments or userAttributes")
    if sample.share_where(lambda one: Messages().add(one) and "sessionId" not in one):
        return Sign(0.8, "it answers getMessages or getAbTests")
    table = table_of(sample.records[0])
    if table in ("events", "experiments", "states"):
        return Sign(0.9, f"it has the columns of the table {table}")
    is_session = sample.share_with("sessionId", "userId", "userBucket") or sample.share_with(
        "sessionId", "isDeveloper"
    )
    if table == "sessions" and (is_session or "-outputsessions-" in Path(sample.file).name):
        return Sign(0.9, "it has the columns of the table sessions")
    if table is not None and f"-output{table}-" in Path(sample.file).name:
        return Sign(0.7, f"it is named as the table {table}")
    return None


VENDOR: Final = Vendor(
    key="leanplum",
    label="Leanplum",
    versions=("raw export, CSV and JSON",),
    formats=("six CSV tables", "session JSON", "getMessages and getAbTests answers"),
    mapping=Mapping(
        user_id="user",
        timestamp="time",
        event_column="name",
        event=rules(),
        campaign_id="campaign",
        action_id="message",
        event_id="eventId",
        variant="variant",
        value="value",
        link="link",
        reason="reason",
        platform="client",
        is_developer="isDeveloper",
        columns={"country": "country", "locale": "locale", "app_version": "appVersion"},
    ),
    recognise=_recognise,
    campaign="campaignID of getMessages, else the message itself",
    action="message id, all digits",
    tells=(
        "developers",
        "held back",
        "suppressed with reason",
        "variants of A/B tests",
        "user attributes",
    ),
    cannot=("flow", "machine opens and clicks", "conversions", "campaigns without getMessages"),
    notes=("channels, names and campaigns come from an answer of getMessages beside the export",),
    read=_read,
)
