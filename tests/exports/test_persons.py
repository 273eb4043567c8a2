"""People who change their id: one person, where the source says so, and told in the report."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.exports import kept, persons, spool
from tests.support.exports.files import read_lines, write_lines

AT = 1772442000


def who(export: rw.Export) -> list[str]:
    """The person of each event, in order."""
    return export.events().sort("timestamp")["user_id"].to_list()


def note(export: rw.Export) -> list[str]:
    notes = export.report()["note"].drop_nulls()
    return notes.filter(notes.str.contains("earlier one")).to_list()


def segment(kind: str, second: int, **more: Any) -> dict[str, Any]:
    at = f"2026-03-02T09:00:{second:02}Z"
    return {"type": kind, "messageId": f"m{second}", "timestamp": at, **more}


def opened(second: int, **more: Any) -> dict[str, Any]:
    properties = {"email_id": "e1", "campaign_id": "c1"}
    return segment("track", second, event="Email Opened", properties=properties, **more)


def test_alias_of_segment_joins_ids_and_says_so(tmp_path: Path) -> None:
    export = read_lines(
        tmp_path,
        opened(1, userId="anna-old"),
        segment("alias", 2, previousId="anna-old", userId="anna"),
        opened(3, userId="anna"),
        opened(4, userId="bob"),
        segment("identify", 5, userId="anna-old", traits={"plan": "pro"}),
    )
    assert who(export) == ["anna", "anna", "bob"]
    assert note(export) == [
        "1 id is an earlier one of a person who has another now, and counts as that one"
    ]
    assert export.campaigns()["users"].item() == 2
    assert export.users().select("user_id", "plan").rows() == [("anna", "pro"), ("bob", None)]


def test_anonymous_events_are_of_who_logs_in_unless_several_do(tmp_path: Path) -> None:
    export = read_lines(
        tmp_path,
        opened(1, anonymousId="phone"),
        segment("identify", 2, anonymousId="phone", userId="anna"),
        opened(3, anonymousId="kiosk"),
        segment("identify", 4, anonymousId="kiosk", userId="anna"),
        segment("identify", 5, anonymousId="kiosk", userId="bob"),
    )
    assert who(export) == ["anna", "kiosk"]


def test_chains_and_circles_of_aliases_end(tmp_path: Path) -> None:
    pairs = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "c")]
    posts = [segment("alias", n, previousId=old, userId=new) for n, (old, new) in enumerate(pairs)]
    posts += [opened(10 + n, userId=id_) for n, id_ in enumerate("abcd")]
    assert who(read_lines(tmp_path, *posts)) == ["c", "c", "c", "c"]


def test_merge_of_rudderstack(tmp_path: Path) -> None:
    ids = [{"type": "user_id", "value": "anna"}, {"type": "email", "value": "anna@example.com"}]
    export = read_lines(
        tmp_path,
        opened(1, userId="anna@example.com", rudderId="r"),
        segment("merge", 2, mergeProperties=ids, rudderId="r"),
    )
    assert export.vendor == "rudderstack"
    assert who(export) == ["anna"]


def test_device_of_amplitude(tmp_path: Path) -> None:
    def event(second: int, **ids: Any) -> dict[str, Any]:
        at = f"2026-03-02 09:00:{second:02}.000000"
        named = {"event_type": "Email Opened", "event_time": at, "event_properties": PROPERTIES}
        return {**named, "user_id": None, **ids}

    export = read_lines(
        tmp_path,
        event(1, amplitude_id=7, device_id="d"),
        event(2, amplitude_id=7, device_id="d", user_id="anna"),
        event(3, amplitude_id=8, device_id="e"),
    )
    assert export.vendor == "amplitude"
    assert who(export) == ["anna", "anna", "8"]
    assert len(note(export)) == 1


PROPERTIES = {"campaign_id": "c1"}
PUSH = {"Campaign id": 1, "Campaign type": "Push"}


def test_identify_alias_and_merge_of_mixpanel(tmp_path: Path) -> None:
    def event(name: str, second: int, **more: Any) -> dict[str, Any]:
        return {"event": name, "properties": {"time": AT + second, **PROPERTIES, **more}}

    export = read_lines(
        tmp_path,
        event("email_opened", 1, distinct_id="anon-1"),
        event(
            "$identify", 2, distinct_id="anna", **{"$identified_id": "anna", "$anon_id": "anon-1"}
        ),
        event("email_opened", 3, distinct_id="anon-2"),
        event("$create_alias", 4, distinct_id="anna", alias="anon-2"),
        event("email_opened", 5, distinct_id="anon-3"),
        event("$merge", 6, distinct_id="x", **{"$distinct_ids": ["anon-3", "anna"]}),
        event("email_opened", 7, distinct_id="$device:d", **{"$device_id": "d"}),
        event("email_opened", 8, distinct_id="anna", **{"$device_id": "d", "$user_id": "anna"}),
    )
    assert export.vendor == "mixpanel"
    assert who(export) == ["anna"] * 5


def test_persons_of_posthog(tmp_path: Path) -> None:
    def event(name: str, second: int, id_: str, **more: Any) -> dict[str, Any]:
        at = f"2026-03-02T09:00:{second:02}Z"
        own = {"uuid": f"u{second}", "event": name, "distinct_id": id_, "timestamp": at}
        return {**own, "properties": {**PROPERTIES, **more.pop("properties", {})}, **more}

    export = read_lines(
        tmp_path,
        event("email_opened", 1, "anon", person_id="p1"),
        event("email_opened", 2, "anna", person_id="p1"),
        event("email_opened", 3, "anon-2"),
        event("$identify", 4, "anna", properties={"$anon_distinct_id": "anon-2"}),
    )
    assert export.vendor == "posthog"
    assert who(export) == ["anna", "anna", "anna"]


def test_ids_of_one_cio_id_are_one_person_who_goes_by_the_latest(tmp_path: Path) -> None:
    def post(second: int, **ids: Any) -> dict[str, Any]:
        data = {"identifiers": {"cio_id": "0300", **ids}, "campaign_id": 5, "action_id": 6}
        own = {"event_id": f"e{second}", "object_type": "email", "metric": "opened"}
        return {**own, "timestamp": AT + second, "data": data}

    export = read_lines(tmp_path, post(1), post(3, id="anna@new"), post(2, id="anna@old"))
    assert export.vendor == "customerio"
    assert who(export) == ["anna@new"] * 3
    results = export.results("5", goal="order", goal_events=ORDER, window="1d", time_zone="UTC")
    assert results.channels().filter(metric="unique_opened")["value"].item() == 1


ORDER = pl.DataFrame({"user_id": ["anna@new"], "timestamp": ["2026-03-02T12:00:00Z"]})


def test_users_of_braze_under_one_external_id(tmp_path: Path) -> None:
    def event(second: int, user: str, external: str | None) -> dict[str, Any]:
        own = {
            "id": f"e{second}",
            "user_id": user,
            "external_user_id": external,
            "time": AT + second,
        }
        properties = {"campaign_id": "c", "campaign_name": "C"}
        return {"event_type": "users.messages.email.Open", **own, **properties}

    export = read_lines(
        tmp_path,
        event(1, "b1", "anna"),
        event(2, "b2", "anna"),
        event(3, "b3", None),
        vendor="braze",
    )
    assert who(export) == ["b2", "b2", "b3"]


@pytest.mark.parametrize("order", [1, -1])
def test_the_file_may_say_it_before_or_after(tmp_path: Path, order: int) -> None:
    posts = [
        opened(1, userId="anna-old"),
        segment("alias", 2, previousId="anna-old", userId="anna"),
    ]
    assert who(read_lines(tmp_path, *posts[::order])) == ["anna"]


def test_ids_that_a_tool_gives_before_the_own_one_is_known(tmp_path: Path) -> None:
    def clevertap(second: int, **profile: str) -> dict[str, Any]:
        own = {"ts": 20260302090000 + second, "eventName": "Notification Clicked"}
        return {**own, "profile": {"objectId": "o", **profile}, "eventProps": PUSH}

    def onesignal(second: int, **ids: str) -> dict[str, Any]:
        event = {"kind": "message.push.clicked", "id": f"e{second}", "timestamp": AT + second}
        return {"event": event, "message": {"id": "m"}, "user": {"onesignal_id": "o", **ids}}

    for name in ("clevertap", "onesignal"):
        (tmp_path / name).mkdir()
    first = read_lines(tmp_path / "clevertap", clevertap(1), clevertap(2, identity="anna"))
    assert (first.vendor, who(first)) == ("clevertap", ["anna", "anna"])
    second = read_lines(tmp_path / "onesignal", onesignal(1), onesignal(2, external_id="anna"))
    assert (second.vendor, who(second)) == ("onesignal", ["anna", "anna"])


def test_ga4_before_a_login_is_of_the_only_user_of_the_device(tmp_path: Path) -> None:
    def event(second: int, device: str, user: str | None = None) -> dict[str, Any]:
        campaign = {"key": "campaign_id", "value": {"string_value": "c1"}}
        own = {"event_name": "email_opened", "event_timestamp": str((AT + second) * 1_000_000)}
        return {**own, "event_params": [campaign], "user_pseudo_id": device, "user_id": user}

    export = read_lines(
        tmp_path,
        event(1, "100.1"),
        event(2, "100.1", "anna"),
        event(3, "200.2"),
        event(4, "300.3", "anna"),
        event(5, "400.4"),
        event(6, "400.4", "anna"),
        event(7, "400.4", "bob"),
    )
    assert export.vendor == "ga4"
    assert who(export) == ["anna", "anna", "200.2", "anna", "400.4", "anna", "bob"]


def test_airship_channels_are_of_the_named_user_that_has_them(tmp_path: Path) -> None:
    def event(second: int, channel: str, user: str | None = None) -> dict[str, Any]:
        at = f"2026-03-02T09:00:{second:02}.000Z"
        own = {"id": f"e{second}", "offset": str(second), "occurred": at, "processed": at}
        named = {"named_user_id": user} if user else {}
        device = {"channel": channel, "device_type": "IOS", **named}
        body = {"push_id": "p", "group_id": "g"}
        return {**own, "type": "SEND", "device": device, "body": body}

    export = read_lines(
        tmp_path,
        event(1, "phone"),
        event(2, "phone", "anna"),
        event(3, "tablet", "anna"),
        event(4, "tablet"),
        event(5, "kiosk"),
    )
    assert export.vendor == "airship"
    assert who(export) == ["anna", "anna", "anna", "anna", "kiosk"]


@pytest.mark.parametrize("order", [1, -1])
def test_ids_that_amplitude_merged_are_one_person(tmp_path: Path, order: int) -> None:
    def event(second: int, number: int, user: str | None = None) -> dict[str, Any]:
        at = f"2026-03-02 09:00:{second:02}.000000"
        named = {"event_type": "Email Opened", "event_time": at, "event_properties": PROPERTIES}
        return {**named, "amplitude_id": number, "device_id": f"d{second}", "user_id": user}

    events = [event(1, 7), event(2, 9, "anna"), event(3, 8), event(4, 6)]
    write_lines(tmp_path / "events.json", events)
    merged = [{"amplitude_id": old, "merged_amplitude_id": new} for old, new in ((7, 9), (6, 8))]
    write_lines(tmp_path / ("a.json" if order == 1 else "z.json"), merged[::order])
    export = rw.read_export(tmp_path)
    assert export.vendor == "amplitude"
    assert who(export) == ["anna", "anna", "8", "8"]
    assert export.report()["note"].str.contains("ids are earlier ones").sum() == 1


def test_many_persons_are_the_same_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts: list[dict[str, Any]] = []
    for n in range(40):
        posts += [opened(n, anonymousId=f"device {n}"), opened(n, userId=f"old {n}")]
        posts.append(segment("identify", n, anonymousId=f"device {n}", userId=f"old {n}"))
        posts.append(segment("alias", n, previousId=f"old {n}", userId=f"user {n // 2}"))
    posts = [one | {"messageId": f"m{n}"} for n, one in enumerate(posts)]
    whole = read_lines(tmp_path, *posts)
    assert {*who(whole)} == {f"user {n}" for n in range(20)}
    monkeypatch.setattr(kept, "_FEW", 10)
    monkeypatch.setattr(persons, "TOGETHER", 7)
    monkeypatch.setattr(spool, "TOGETHER", 7)
    parts = rw.read_export(tmp_path)
    assert parts.events().equals(whole.events())
    assert note(parts) == note(whole)
    assert parts.campaigns().equals(whole.campaigns())
