"""Archives of several files are read like a folder: within bounds, and nothing of them leads out of them."""

import gzip
import io
import json
import resource
import stat
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.cli.main import main
from results_widgets.errors import OutputError
from results_widgets.exports import all_vendors, spool
from results_widgets.sources import unpacking
from tests.support.exports.story import tell
from tests.support.exports.writers import iterable, segment

Files = dict[str, bytes]


def zipped(path: Path, files: Files) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def tarred(path: Path, files: Files, mode: Any = "w:gz") -> None:
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


PACKERS: dict[str, Callable[[Path, Files], None]] = {
    "export.zip": zipped,
    "export.tar.gz": tarred,
    "export.tar": lambda path, files: tarred(path, files, "w:"),
    "without an ending": tarred,
}
packers = pytest.mark.parametrize("name", PACKERS)
both = pytest.mark.parametrize("name", ["export.zip", "export.tar.gz"])


def posts(count: int = 3, first: int = 0) -> bytes:
    """Events of SendGrid, an object on each line."""
    found = [
        {
            "email": f"user{n}@example.com",
            "timestamp": 1_772_442_000 + n,
            "event": "processed",
            "sg_event_id": f"e{n}",
            "category": "Spring",
        }
        for n in range(first, first + count)
    ]
    return "".join(json.dumps(one) + "\n" for one in found).encode()


def rows(export: rw.Export) -> int:
    return int(export.report().filter(pl.col("event").is_not_null())["rows"].sum())


def notes(export: rw.Export) -> dict[str, str]:
    """What the report says of files."""
    found = export.report().drop_nulls("file").select("file", "note")
    return dict(found.iter_rows())


@pytest.mark.parametrize(
    ("key", "name"), [("iterable", "export.zip"), ("segment", "export.tar.gz")]
)
def test_an_archive_is_read_like_the_folder_that_it_holds(
    key: str, name: str, tmp_path: Path
) -> None:
    folder = tmp_path / "plain" / "2026"
    folder.mkdir(parents=True)
    module, write = {
        "iterable": (iterable, iterable.write_export),
        "segment": (segment, segment.write_tables),
    }[key]
    write(tell(all_vendors()[key], module.LIMITS, 3), folder)
    (folder / ".hidden").write_bytes(b"x")
    files = {f"2026/{one.name}": one.read_bytes() for one in sorted(folder.iterdir())}
    PACKERS[name](tmp_path / name, {**files, "__MACOSX/._x": b"x"})
    plain, found = rw.read_export(tmp_path / "plain"), rw.read_export(tmp_path / name)
    assert len(files) > 3
    assert (found.vendor, found.why) == (plain.vendor, plain.why)
    assert found.campaigns().equals(plain.campaigns())
    for campaign in plain.campaigns()["campaign_id"]:
        assert found.events(campaign).equals(plain.events(campaign))
    assert found.report().drop("file").equals(plain.report().drop("file"))


@packers
def test_rows_are_refused_by_their_place_in_the_archive(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    PACKERS[name](path, {"1.jsonl": posts(), "in/2.jsonl": posts(2, 3) + b'{"half'})
    with pytest.warns(rw.SourceWarning, match="1 row refused"):
        export = rw.read_export(path, rejects=tmp_path / "aside.jsonl")
    assert rows(export) == 5
    (of, line) = export.report().drop_nulls("file").select("file", "line").row(0)
    assert (of, line) == (str(path / "in" / "2.jsonl"), 3)
    assert json.loads((tmp_path / "aside.jsonl").read_text())["file"] == of


@both
def test_packed_files_of_an_archive_are_unpacked(name: str, tmp_path: Path) -> None:
    PACKERS[name](tmp_path / name, {"1.gz": gzip.compress(posts()), "2.json": posts(2, 3)})
    assert rows(rw.read_export(tmp_path / name)) == 5


@both
def test_what_was_unpacked_is_removed(name: str, tmp_path: Path) -> None:
    PACKERS[name](tmp_path / name, {"1.json": posts(), "2.json": posts(2, 3)})
    before = {*spool.home().rglob("*")}
    export = rw.read_export(tmp_path / name)
    assert {*spool.home().rglob("*")} == before
    assert export.events().height == 5


@both
def test_an_archive_in_a_folder_and_by_the_command_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    PACKERS[name](tmp_path / name, {"1.json": posts(), "2.json": posts(2, 3)})
    (tmp_path / "3.json").write_bytes(posts(1, 5))
    assert rows(rw.read_export(tmp_path)) == 6
    assert main(["read", str(tmp_path / name)]) == 0
    assert "Spring" in capsys.readouterr().out
    assert main(["validate", str(tmp_path / name)]) == 0
    assert "What each name became" in capsys.readouterr().out
    with pytest.raises(OutputError, match="results read this file"):
        rw.read_export(tmp_path / name, rejects=tmp_path / name)


@both
@pytest.mark.parametrize("evil", ["../../evil.json", "/evil.json", "C:\\evil.json", "a/../../x"])
def test_names_that_lead_out_of_an_archive_lead_nowhere(
    evil: str, name: str, tmp_path: Path
) -> None:
    folder = tmp_path / "deep" / "deeper"
    folder.mkdir(parents=True)
    PACKERS[name](folder / name, {evil: posts(), "2.json": posts(2, 3)})
    export = rw.read_export(folder / name)
    assert rows(export) == 2
    assert [one for one in notes(export).values() if "leads out" in one]
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == [name]


def test_links_and_second_files_of_a_name_are_named_and_not_read(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        for kind, name in ((tarfile.SYMTYPE, "soft"), (tarfile.LNKTYPE, "hard")):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = kind, "/etc/passwd"
            archive.addfile(link)
        for content in (posts(), posts(2, 3)):
            member = tarfile.TarInfo("same.json")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    export = rw.read_export(tmp_path / "a.tar.gz")
    assert rows(export) == 3
    assert sorted(one.removeprefix("not read: ") for one in notes(export).values()) == [
        "no plain file",
        "no plain file",
        "the archive has another file of this name",
    ]
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive_of_zip:
        link_in_zip = zipfile.ZipInfo("link.json")
        link_in_zip.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive_of_zip.writestr(link_in_zip, "/etc/passwd")
        archive_of_zip.writestr("2.json", posts())
    export = rw.read_export(tmp_path / "b.zip")
    assert rows(export) == 3
    assert [*notes(export).values()] == ["not read: a link"]


@both
def test_an_archive_that_breaks_off_keeps_its_good_rows(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    files = {f"{n}.json": posts(2_000, 2_000 * n) for n in range(3)}
    PACKERS[name](path, files)
    content = bytearray(path.read_bytes())
    if name.endswith("zip"):  # in the middle of the second file; the list of all is at the end
        at = content.index(b"PK\x03\x04", 4) + 10_000
        content[at : at + 40] = bytes(40)
    else:
        del content[len(content) // 2 :]
    path.write_bytes(content)
    with pytest.warns(rw.SourceWarning, match="refused"):
        export = rw.read_export(path)
    kept = {"export.zip": (4_000, 6_000), "export.tar.gz": (2_000, 4_000)}[name]
    assert kept[0] <= rows(export) < kept[1]
    assert [one for one in notes(export).values() if "breaks off" in one]


def test_an_encrypted_file_of_an_archive_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    zipped(path, {"1.json": posts(), "2.json": posts(2, 3)})
    content = bytearray(path.read_bytes())
    content[6] = content[content.find(b"PK\x01\x02") + 8] = 1
    path.write_bytes(content)
    export = rw.read_export(path)
    assert rows(export) == 2
    (why,) = notes(export).values()
    assert "cannot be unpacked" in why
    assert "encrypted" in why


@both
def test_an_archive_that_fills_the_disk_is_read_up_to_its_bound(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "BOUNDS", replace(unpacking.BOUNDS, small=1 << 20))
    line = posts(1)
    PACKERS[name](tmp_path / name, {f"{n}.json": line * 20_000 for n in range(5)})
    before = {*spool.home().rglob("*")}
    with pytest.warns(rw.SourceWarning, match="unpacks to more than"):
        export = rw.read_export(tmp_path / name)
    assert 5_000 < rows(export) < 99_000
    assert {*spool.home().rglob("*")} == before
    assert [one for one in notes(export).values() if "unpacks to more than" in one]


def test_a_header_of_a_tar_archive_may_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    good = io.BytesIO()
    with tarfile.open(fileobj=good, mode="w") as archive:
        member = tarfile.TarInfo("1.json")
        member.size = len(posts())
        archive.addfile(member, io.BytesIO(posts()))
    long = tarfile.TarInfo("long")
    long.type, long.size = tarfile.XHDTYPE, 200 << 20
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(good.getvalue()[: 512 * 2])
        file.write(long.tobuf())
        for _ in range(200):
            file.write(bytes(1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.warns(rw.SourceWarning, match="refused"):
        export = rw.read_export(path)
    assert rows(export) == 3
    assert [one for one in notes(export).values() if "made to fill the memory" in one]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 << 10


def test_a_list_of_files_that_fills_the_memory_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    zipped(path, {"1.json": posts(), "2.json": posts()})
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x05\x06") + 12
    content[at : at + 4] = (1 << 30).to_bytes(4, "little")
    path.write_bytes(content)
    (tmp_path / "3.json").write_bytes(posts())
    export = rw.read_export(tmp_path)
    assert rows(export) == 3
    assert [*notes(export).values()] == ["not read: its list of files is too long"]
