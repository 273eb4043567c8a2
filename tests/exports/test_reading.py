"""Reading: what is told from the files, what is kept of broken ones, and that nothing is lost in silence."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
from tests.support.exports.example import write_example
from tests.support.exports.story import tell
from tests.support.exports.writers import braze as braze_writer

ORDERS = pl.DataFrame(
    {"user_id": ["anna@example.com"], "timestamp": [datetime(2026, 3, 2, 10, tzinfo=UTC)]}
)

POST = {
    "email": "anna@example.com",
    "event": "processed",
    "timestamp": 1772442000,
    "category": "Spring",
    "sg_event_id": "e1",
}


def lines(*posts: object) -> str:
    return "".join(json.dumps(post) + "\n" for post in posts)


def numbered(count: int) -> list[dict[str, object]]:
    return [{**POST, "sg_event_id": f"e{n}", "email": f"user{n}"} for n in range(count)]


def test_two_vendors_in_a_folder_are_refused_by_name_and_read_one_by_one(tmp_path: Path) -> None:
    write_example(tmp_path / "mail")
    from results_widgets.exports import all_vendors

    story = tell(all_vendors()["braze"], braze_writer.LIMITS, 1)
    (tmp_path / "app").mkdir()
    braze_writer.write_avro(story, tmp_path / "app")
    with pytest.raises(rw.QueryError, match=r"Braze Currents \(\d+ files.*SendGrid \(1 file"):
        rw.read_export(tmp_path)
    mail = rw.read_export(tmp_path, "sendgrid")
    assert mail.campaigns()["campaign_id"].to_list() == ["Spring"]
    assert mail.report().filter(pl.col("note").str.contains("an export of Braze")).height > 3
    assert rw.read_export(tmp_path, "Braze Currents").vendor == "braze"


def test_file_that_is_no_export_is_named_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text('{"hello": "world"}')
    with pytest.raises(rw.QueryError, match=r"notes\.json.*mapping="):
        rw.read_export(tmp_path)
    with pytest.raises(rw.EventsError, match="no such file"):
        rw.read_export(tmp_path / "nowhere")
    (tmp_path / "posts.json").write_text(lines(POST))
    note = rw.read_export(tmp_path).report().filter(pl.col("file").str.ends_with("notes.json"))
    assert note["note"].to_list() == ["not read: not recognised as an export"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (lines(*numbered(3)), 3),
        (json.dumps(numbered(3)), 3),
        (json.dumps(numbered(3), indent=2), 3),
        (lines(numbered(2), numbered(3)), 5),
        ("\n\n".join(json.dumps(post, indent=1) for post in numbered(3)), 3),
        ("\ufeff" + lines(*numbered(3)), 3),
        (lines(*numbered(3)).replace("\n", "\r\n\r\n"), 3),
    ],
)
def test_json_of_any_shape(text: str, rows: int, tmp_path: Path) -> None:
    path = tmp_path / "posts.json"
    path.write_bytes(text.encode())
    export = rw.read_export(path)
    assert export.report()["rows"].to_list() == [rows]


def test_broken_lines_are_named_and_written_aside_and_the_rest_kept(tmp_path: Path) -> None:
    path, aside = tmp_path / "posts.jsonl", tmp_path / "aside.jsonl"
    posts = numbered(4)
    broken = [
        json.dumps(posts[0]),
        '{"email": "half',
        json.dumps({**posts[1], "timestamp": "yesterday"}),
        json.dumps({**posts[2], "email": {"no": "text"}}),
        "[1]",
        json.dumps(posts[3]),
    ]
    path.write_text("\n".join(broken))
    with pytest.warns(
        rw.SourceWarning, match=r"4 rows refused, the first in posts.jsonl, line 2: not JSON"
    ):
        export = rw.read_export(path, rejects=aside)
    report = export.report()
    assert report["rows"].to_list()[0] == 2
    refused = report.filter(pl.col("file").is_not_null()).sort("line")
    assert refused["line"].to_list() == [2, 3, 4, 5]
    assert refused["note"][1] == "refused: timestamp is not a time"
    assert "yesterday" in refused["example"][1]
    assert "user_id is an object" in refused["note"][2]
    written = [json.loads(line) for line in aside.read_text().splitlines()]
    assert sorted(one["line"] for one in written) == [2, 3, 4, 5]
    assert report["rows"].sum() == len(broken)


def test_packed_file_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "posts.json.gz"
    posts = numbered(20_000)
    packed = gzip.compress(lines(*posts).encode())
    path.write_bytes(packed)
    assert rw.read_export(path).report()["rows"].sum() == 20_000
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.warns(rw.SourceWarning, match="refused"):
        export = rw.read_export(path)
    assert 5_000 < export.report()["rows"][0] < 20_000


def test_wrong_type_far_into_a_file_costs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "posts.json"
    posts = numbered(120_000)
    posts[100_001] = {**posts[100_001], "timestamp": ["no", "time"]}
    path.write_text(lines(*posts))
    with pytest.warns(rw.SourceWarning, match="line 100002"):
        export = rw.read_export(path)
    assert export.report()["rows"].to_list() == [119_999, 1]


def test_pretty_array_with_a_broken_object_goes_on_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "posts.json"
    parts = [json.dumps(post, indent=2) for post in numbered(4)]
    parts[1] = parts[1].replace('"event":', '"event"')
    path.write_text("[\n" + ",\n".join(parts) + "\n]")
    with pytest.warns(rw.SourceWarning, match="line 9"):
        export = rw.read_export(path)
    assert export.report()["rows"].to_list() == [3, 1]


def test_csv_with_rows_of_another_length(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "who;at;what\nanna;2026-03-02T09:00:00Z;sent\nbob;2026\ncarl;2026-03-02T10:00:00Z;sent\n"
    )
    mapping = rw.Mapping(user_id="who", timestamp="at", event={"sent": ("email", "sent")})
    with pytest.warns(rw.SourceWarning, match=r"line 3: has 2 values for 3 columns"):
        export = rw.read_export(path, mapping=mapping)
    assert export.users()["user_id"].to_list() == ["anna", "carl"]


def test_large_export_is_kept_on_disk_and_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "posts.json"
    path.write_text(lines(*numbered(2_000)))
    whole = rw.read_export(path).events()
    monkeypatch.setattr("results_widgets.exports.spool._FEW", 100)
    monkeypatch.setattr("results_widgets.exports.reading._BATCH", 300)
    assert rw.read_export(path).events().sort("event_id").equals(whole.sort("event_id"))


def test_saved_campaign_opens_as_a_folder_of_our_own(tmp_path: Path) -> None:
    write_example(tmp_path / "mail")
    export = rw.read_export(tmp_path / "mail")
    folder = export.save(tmp_path / "spring", "Spring", "open", "7d")
    own = export.results("Spring", "open", "7d", time_zone="UTC")
    again = rw.load(folder, time_zone="UTC")
    assert again.overview().equals(own.overview())
    assert again.channels().equals(own.channels())
    assert again.channels().filter(metric="held_back")["value"].item() is None, "n/a is kept"


def test_folder_of_our_own_is_no_export(tmp_path: Path) -> None:
    rw.datasets.generate(20, seed=1, path=tmp_path / "own")
    with pytest.raises(
        rw.EventsError, match=r"own: a campaign and its events; open it by rw\.load"
    ):
        rw.read_export(tmp_path / "own")


def test_saved_times_without_a_zone_get_the_one_that_was_named(tmp_path: Path) -> None:
    rows = pl.DataFrame({"who": ["a"], "at": ["2026-03-02T09:00:00"], "what": ["sent"]})
    mapping = rw.Mapping(user_id="who", timestamp="at", event={"sent": ("email", "sent")})
    export = rw.read_export(rows, mapping=mapping, naive_time_zone="Europe/Berlin")
    export.save(tmp_path / "one")
    time = pl.read_parquet(tmp_path / "one" / "events.parquet")["timestamp"]
    assert str(time.item()) == "2026-03-02 08:00:00+00:00"


def test_load_knows_an_export_of_one_campaign_and_names_several(tmp_path: Path) -> None:
    write_example(tmp_path / "mail")
    with pytest.warns(rw.SourceWarning):
        assert rw.load(tmp_path / "mail", time_zone="UTC").unique_users() == 2
    (tmp_path / "mail" / "more.json").write_text(lines({**POST, "category": "Autumn"}))
    with pytest.raises(
        rw.QueryError, match=r"several campaigns \(Spring, Autumn\); pass one by rw\.read_export"
    ):
        rw.load(tmp_path / "mail")


def test_small_packed_file_that_breaks_off_is_still_read(tmp_path: Path) -> None:
    packed = gzip.compress(lines(*numbered(300)).encode())
    (tmp_path / "posts.json.gz").write_bytes(packed[:-40])
    with pytest.warns(rw.SourceWarning, match="breaks off"):
        export = rw.read_export(tmp_path)
    assert export.report()["rows"][0] > 100


def test_event_of_a_message_as_the_goal_is_counted_as_both(tmp_path: Path) -> None:
    write_example(tmp_path / "mail")
    results = rw.read_export(tmp_path / "mail").results("Spring", "open", "7d", time_zone="UTC")
    overview = dict(results.overview().select("metric", "value").iter_rows())
    assert (overview["conversions"], overview["engaged"]) == (1, 1)


def test_lifecycle_that_no_event_tells_is_not_available(tmp_path: Path) -> None:
    write_example(tmp_path / "mail")
    results = rw.read_export(tmp_path / "mail").results("Spring", "open", "7d", time_zone="UTC")
    overview = dict(results.overview().select("metric", "value").iter_rows())
    assert overview["exits"] is None
    assert overview.get("held_back_entries") is None
    reasons = dict(
        results.glossary().filter(scope="campaign").select("metric", "missing").iter_rows()
    )
    assert reasons["exits"] == "The source reports no exits."


def test_odd_records_make_no_vendors_recogniser_stumble(tmp_path: Path) -> None:
    odd: list[object] = [{"a": 1}, ["text"], None, 1.5, True, "", {}]
    names = (
        "event",
        "type",
        "email",
        "data",
        "attributes",
        "message",
        "metric",
        "campaignId",
        "Message",
    )
    (tmp_path / "odd.jsonl").write_text(lines(*(dict.fromkeys(names, value) for value in odd)))
    with pytest.raises(rw.QueryError, match="none of these files is recognised"):
        rw.read_export(tmp_path)


def test_engaged_is_not_available_where_the_whole_export_has_no_interaction(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_text(lines(POST, {**POST, "event": "delivered", "sg_event_id": "e2"}))

    def engaged() -> float | None:
        results = rw.read_export(path).results(
            "Spring", goal="order", goal_events=ORDERS, window="1d"
        )
        found: float | None = results.overview().filter(metric="engaged")["value"].item()
        return found

    assert engaged() is None
    # Of another campaign there is an open: opens are reported, and here nobody opened.
    other = {**POST, "event": "open", "category": "Autumn", "sg_event_id": "e3"}
    path.write_text(path.read_text() + lines(other))
    assert engaged() == 0


def test_how_sure_it_is_whose_export_this_is_stands_beside_why(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_text(lines(POST))
    told = rw.read_export(path)
    assert (told.confidence, told.why) == (0.95, "its records have sg_event_id and event")
    assert rw.read_export(path, "sendgrid").confidence == 1
    assert rw.read_export(pl.DataFrame([POST])).confidence == 0.95
    guess = {name: value for name, value in POST.items() if name != "sg_event_id"}
    path.write_text(lines({**guess, "smtp-id": "<x@y>"}))
    assert rw.read_export(path).confidence == 0.8


def test_clutter_of_a_folder_is_named_and_read_around(tmp_path: Path) -> None:
    for day in (2, 3):
        (tmp_path / f"2026-03-0{day}").mkdir()
        path = tmp_path / f"2026-03-0{day}" / "posts.json"
        path.write_text(lines({**POST, "sg_event_id": f"e{day}"}))
    clutter = {
        "README.txt": b"hello, this is\nan export, of mail\n",
        "blank.csv": b"\n\n",
        "empty.json": b"",
        "empty.json.gz": gzip.compress(b""),
        "header.csv": b"email,event,timestamp,category,sg_event_id\n",
        "manifest.json": b'{"files": ["posts.json"]}',
        "none.json": b"[]",
        "table.xlsx": b"PK\x03\x04",
    }
    for name, content in {**clutter, "_SUCCESS": b"", ".DS_Store": b"\0"}.items():
        (tmp_path / name).write_bytes(content)
    export = rw.read_export(tmp_path)
    assert export.campaigns()["received"].to_list() == [2]
    left = export.report().drop_nulls("file")
    found = {Path(file).name: note for file, note in left.select("file", "note").iter_rows()}
    assert found.keys() == clutter.keys()
    assert {name for name, note in found.items() if note == "not read: empty"} == {
        *("blank.csv", "empty.json", "empty.json.gz")
    }


def test_names_that_excel_wrote_on_windows_are_kept(tmp_path: Path) -> None:
    header = "id,email_id,campaign_id,campaign_name,user_id,timestamp,event_text"
    rows = [f"{n},e1,c1,Grüße,{who},2026-03-02 09:00:00,Email Opened" for n, who in enumerate(WHO)]
    text = "\r\n".join([header, *rows]) + "\r\n"
    for name, encoding in (("windows", "cp1252"), ("utf-8", "utf-8"), ("bom", "utf-8-sig")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "email_opened.csv").write_bytes(text.encode(encoding))
        export = rw.read_export(tmp_path / name)
        assert export.users()["user_id"].to_list() == WHO
        assert export.campaigns()["name"].item() == "Grüße"


WHO = ["Möller", "Müller", "Zoë€"]


def test_rows_that_a_spreadsheet_filled_up_with_empty_cells_are_whole(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(
        "who,at,what\nanna,2026-03-02T09:00:00Z,sent,,\nbob,2026-03-02T09:00:00Z,sent,,x\n"
    )
    mapping = rw.Mapping(user_id="who", timestamp="at", event={"sent": ("email", "sent")})
    with pytest.warns(rw.SourceWarning, match=r"line 3: has 5 values for 3 columns"):
        export = rw.read_export(tmp_path, mapping=mapping)
    assert export.users()["user_id"].to_list() == ["anna"]


def test_times_as_a_spreadsheet_shows_them_are_read_in_the_form_that_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "email_opened.csv").write_text(
        "id;email_id;campaign_id;user_id;timestamp;event_text\n"
        "1;e1;c1;anna;02.03.2026 09:00;Email Opened\n"
    )
    with pytest.warns(rw.SourceWarning, match="timestamp is not a time"):
        assert rw.read_export(tmp_path).refused_rows == 1
    form = rw.Mapping(time_format="%d.%m.%Y %H:%M", time_zone="Europe/Berlin")
    export = rw.read_export(tmp_path, "segment", mapping=form)
    assert str(export.events("c1")["timestamp"].item()) == "2026-03-02 08:00:00+00:00"
