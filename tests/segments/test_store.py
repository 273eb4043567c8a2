"""Segments kept in one file by name and version, and exported for other systems."""

import csv
import hmac
import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl
import pytest

import results_widgets as rw
from results_widgets._seal import SEAL
from results_widgets.segments.databases import database
from tests.support import postgres
from tests.support.journeys import JOURNEYS, ids, results_of


def numbers(*values: int, name: str = "some") -> rw.Segment:
    users = pl.DataFrame({"user_id": values}, schema={"user_id": pl.Int64})
    return rw.Segment(users, name=name, rule="given")


def test_store_keeps_every_version(tmp_path: Path) -> None:
    store = rw.SegmentStore(tmp_path / "new" / "segments.db")
    assert store.list().is_empty()
    results = results_of(JOURNEYS)
    opened = results.users_in_action("a", "opened").named("Openers")
    assert store.save(opened, note="for the second wave") == 1
    assert store.save(numbers(2**53 + 1), "Openers", saved_by="Ünal") == 2
    assert store.save(numbers()) == 1
    assert store.list().select("name", "version", "users").rows() == [
        ("Openers", 2, 1),
        ("some", 1, 0),
    ]
    history = store.history("Openers")
    assert history["version"].to_list() == [2, 1]
    assert history["note"].to_list() == ["", "for the second wave"]
    assert history["saved_by"][0] == "Ünal"
    assert abs((history["saved_at"][0] - datetime.now(UTC)).total_seconds()) < 60
    assert ids(store.load("Openers")) == [2**53 + 1]
    first = store.load("Openers", version=1)
    assert (first.name, first.rule) == ("Openers", opened.rule)
    assert ids(first.refresh(results)) == ids(first) == ["anna"]
    assert store.delete("Openers") == 2
    assert store.list()["name"].to_list() == ["some"]


def test_store_names_what_it_knows(tmp_path: Path) -> None:
    store = rw.SegmentStore(tmp_path / "segments.db")
    with pytest.raises(rw.QueryError, match=r"unknown segment 'x'; known: none"):
        store.load("x")
    store.save(numbers(1))
    for ask in (store.load, store.history, store.delete):
        with pytest.raises(
            rw.QueryError, match=r"unknown segment 'sone' \(did you mean 'some'\?\)"
        ):
            ask("sone")
    with pytest.raises(rw.QueryError, match=r"unknown version of 'some' 3; known: 1"):
        store.load("some", 3)
    with pytest.raises(rw.QueryError, match="needs a name to be saved"):
        store.save(numbers(1), " ")


def test_store_is_a_file_of_its_own_kind(tmp_path: Path) -> None:
    with pytest.raises(rw.QueryError, match="unknown kind of store 'mysql'; known: postgres"):
        rw.SegmentStore("mysql://localhost/segments")
    with pytest.raises(rw.QueryError, match="is a folder"):
        rw.SegmentStore(tmp_path)
    (tmp_path / "text.db").write_text("no database, but long enough to be looked at " * 9)
    with pytest.raises(rw.QueryError, match="cannot be used as a store of segments"):
        rw.SegmentStore(tmp_path / "text.db").list()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgres.server() as running:
        yield running


def test_store_in_postgresql_is_as_in_a_file(url: str) -> None:
    store = rw.SegmentStore(url)
    assert store.list().is_empty()
    results = results_of(JOURNEYS)
    opened = results.users_in_action("a", "opened").named("Ünal’s {?} %s")
    assert [store.save(opened), store.save(opened & opened, opened.name)] == [1, 2]
    assert ids(store.load(opened.name).refresh(results)) == ["anna"]
    fresh = multiprocessing.get_context("spawn")
    writers = [fresh.Process(target=_save_many, args=(url, name, 10)) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert store.history("shared")["version"].to_list() == list(range(20, 0, -1))
    crashing = fresh.Process(target=_crash_there, args=(url,))
    crashing.start()
    crashing.join()
    assert crashing.exitcode == -signal.SIGKILL
    assert store.list().select("name", "version").rows() == [("shared", 20), (opened.name, 2)]


def _crash_there(url: str) -> None:
    with database(url).writing() as base:
        base.execute("DELETE FROM results_widgets_segments")
        os.kill(os.getpid(), signal.SIGKILL)


def test_password_of_a_database_is_never_shown() -> None:
    store = rw.SegmentStore("postgresql://me:hush@127.0.0.1:1/segments")
    assert repr(store) == "SegmentStore('postgresql://127.0.0.1:1/segments')"
    with pytest.raises(rw.QueryError, match="cannot be used as a store") as refused:
        store.list()
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    "password",
    ["hush", "hu/sh", "hu#sh", "hu?sh", "hu@sh", "hu:sh", "hu%40sh", "100%", "/@?#:%", "ü sh"],
)
def test_a_password_may_hold_any_character_and_is_never_shown(password: str) -> None:
    store = rw.SegmentStore(f"postgresql://me:{password}@127.0.0.1:1/segments")
    assert repr(store) == "SegmentStore('postgresql://127.0.0.1:1/segments')"
    with pytest.raises(rw.QueryError, match="Connection refused") as refused:
        store.list()
    assert password not in str(refused.value)
    assert unquote(password) not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "postgresql://127.0.0.1:1/base?user=me@here&password=hush",
            "postgresql://127.0.0.1:1/base",
        ),
        ("postgresql://me@127.0.0.1:1/base?sslpassword=hush", "postgresql://127.0.0.1:1/base"),
        ("postgresql://127.0.0.1:1", "postgresql://127.0.0.1:1"),
    ],
)
def test_options_of_a_database_are_not_shown(url: str, shown: str) -> None:
    store = rw.SegmentStore(url)
    assert repr(store) == f"SegmentStore({shown!r})"
    with pytest.raises(rw.QueryError, match="Connection refused") as refused:
        store.list()
    assert "hush" not in str(refused.value)


def test_postgresql_takes_a_password_with_every_kind_of_character(url: str) -> None:
    password = "/@?#:% ü'"
    import psycopg

    with psycopg.connect(url) as base:
        base.execute("CREATE ROLE odd LOGIN SUPERUSER")
    there = url.partition("@")[2]
    assert rw.SegmentStore(f"postgresql://odd:{password}@{there}").list().columns[0] == "name"


def _save_many(path: str, name: str, count: int) -> None:
    store = rw.SegmentStore(path)
    for number in range(count):
        store.save(numbers(*range(number)), "shared", note=name)


@pytest.mark.slow
def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    path = str(tmp_path / "segments.db")
    fresh = multiprocessing.get_context("spawn")
    writers = [fresh.Process(target=_save_many, args=(path, name, 15)) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    history = rw.SegmentStore(path).history("shared").sort("version")
    assert history["version"].to_list() == list(range(1, 31))
    for name in ("one", "two"):
        assert history.filter(note=name)["users"].to_list() == list(range(15))


def _crash(path: str) -> None:
    class Dying(sqlite3.Connection):
        def execute(self, words: str, values: Any = ()) -> sqlite3.Cursor:
            if words == "COMMIT":
                os.kill(os.getpid(), signal.SIGKILL)
            return super().execute(words, values)

    open_as = sqlite3.connect
    sqlite3.connect = lambda *a, **k: open_as(*a, factory=Dying, **k)  # type: ignore[assignment]
    rw.SegmentStore(path).save(numbers(*range(100_000)), "kept")


@pytest.mark.slow
def test_crash_in_the_middle_leaves_the_old_version(tmp_path: Path) -> None:
    path = str(tmp_path / "segments.db")
    store = rw.SegmentStore(path)
    store.save(numbers(7), "kept")
    writer = multiprocessing.get_context("spawn").Process(target=_crash, args=(path,))
    writer.start()
    writer.join()
    assert writer.exitcode == -signal.SIGKILL
    assert store.history("kept")["version"].to_list() == [1]
    assert ids(store.load("kept")) == [7]
    assert store.save(numbers(8), "kept") == 2


def test_a_file_with_repeated_and_missing_ids_has_each_user_once(tmp_path: Path) -> None:
    path = numbers(1, 2).save(tmp_path / "segment.parquet")
    words = pl.read_parquet_metadata(path)
    # As an older version or somebody else may have written it: without a digest.
    words.pop(SEAL)
    own = {name: text for name, text in words.items() if name.startswith("results_widgets")}
    pl.DataFrame({"user_id": [2, None, 1, 2]}).write_parquet(path, metadata=own)
    loaded = rw.Segment.load(path)
    assert loaded.rule == numbers(1, 2).rule
    assert ids(loaded) == [1, 2]
    assert len(loaded) == 2


# ------------------------------------------------------------------------------------------ export


FORMULAS = [
    *(
        "=1+1",
        "+49 30 1",
        "-2",
        "@cmd",
        "\tx",
        "\rx",
        "＝1",
        ";=1+1",
        ",=1",
        "|=1",
        " =1",
        "\u00a0=1",
    ),
    *("\ufeff=1", "\u200b=1", "'=1", '"=1', "\n=1", " ;\t=1"),
    # Signs that a spreadsheet drops or does not show, and other forms of a sign.
    *(
        "\x00=1",
        "\x1f=1",
        "\u00ad=1",
        "\u202e=1",
        "\u2060=1",
        "\u3164=1",
        "\u2800=1",
        "\U000e0020=1",
    ),
    *("“=1", "−1", "\ufe66=1"),
]
HOSTILE = [*FORMULAS, 'a,"b"', "a;=1", "plain", "a = b", None]


def test_nothing_in_a_csv_is_a_formula(tmp_path: Path) -> None:
    users = pl.DataFrame({"user_id": [f"u{n:02}" for n in range(len(HOSTILE))], "=note": HOSTILE})
    segment = rw.Segment(users, name="n", rule="r")
    path = segment.export(tmp_path / "people.csv")
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == ["user_id", "'=note"]
    assert [row[1] for row in rows] == [
        *(f"'{text}" for text in FORMULAS),
        'a,"b"',
        "a;=1",
        "plain",
        "a = b",
        "",
    ]
    # To a spreadsheet whose cells end with semicolons, too, it is one cell.
    assert '"a;=1"' in path.read_text(encoding="utf-8")
    raw = segment.export(tmp_path / "raw.csv", guard=False)
    assert "+49 30 1" in raw.read_text(encoding="utf-8").splitlines()[2].split(",")


def test_columns_are_chosen_and_ids_hashed(tmp_path: Path) -> None:
    users = pl.DataFrame(
        {"user_id": [2**53 + 1, -7], "plan": ["free", "pro"], "score": [-1.5, 2.0]}
    )
    segment = rw.Segment(users, name="n", rule="r")
    path = segment.export(tmp_path / "a.csv", columns=["plan", "user_id"])
    assert path.read_text() == '"plan","user_id"\n"pro",-7\n"free",9007199254740993\n'
    hashed = segment.export(tmp_path / "b.parquet", columns=["user_id", "score"], salt="secret")
    expected = [
        hmac.new(b"secret", str(id_).encode(), "sha256").hexdigest() for id_ in (-7, 2**53 + 1)
    ]
    assert pl.read_parquet(hashed).to_dict(as_series=False) == {
        "user_id": expected,
        "score": [2.0, -1.5],
    }
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.csv", "b.parquet"]


def test_exports_that_cannot_be_are_refused(tmp_path: Path) -> None:
    users = pl.DataFrame({"user_id": [1], "tags": [["a"]]})
    segment = rw.Segment(users, name="n", rule="r")
    with pytest.raises(rw.QueryError, match=r"'people\.xlsx'; known: \.csv, \.parquet"):
        segment.export(tmp_path / "people.xlsx")
    with pytest.raises(rw.QueryError, match=r"unknown column 'tag' \(did you mean 'tags'\?\)"):
        segment.export(tmp_path / "a.csv", columns=["tag"])
    with pytest.raises(rw.QueryError, match=r"'tags' is List\(String\), which CSV cannot hold"):
        segment.export(tmp_path / "a.csv")
    with pytest.raises(rw.QueryError, match="salt='' protects nobody"):
        segment.export(tmp_path / "a.csv", columns=["user_id"], salt="")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ["host=db password=hush", "user = me\tpassword='hush'"])
def test_a_connection_in_words_is_no_file_and_is_not_repeated(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(rw.QueryError, match="postgresql://user:password@host") as refused:
        rw.SegmentStore(words)
    assert "hush" not in str(refused.value)
    assert not [*tmp_path.iterdir()]
