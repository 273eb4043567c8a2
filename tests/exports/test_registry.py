"""Vendors that other packages bring by an entry point, beside the built-in ones."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import results_widgets as rw
from results_widgets.exports import all_vendors
from tests.support.exports.files import read_lines

ACME = """
from results_widgets.exports import Mapping, Sample, Sign, Vendor

def recognise(sample: Sample) -> Sign | None:
    return Sign(0.9, "its records have acme_id") if sample.share_with("acme_id") else None

VENDOR = Vendor(
    key="acme",
    label="Acme Mail",
    mapping=Mapping(
        user_id="who", timestamp="at", event_id="acme_id", campaign_id="of", event_column="what",
        event={"out": ("email", "sent"), "seen": ("email", "opened")},
    ),
    recognise=recognise,
)
"""
ROW = {"acme_id": 1, "who": "anna", "at": "2026-03-02T09:00:00Z", "of": "c1", "what": "out"}
Install = Callable[[str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a package of one file, whose VENDOR is an entry point."""

    def installed(code: str) -> None:
        place = tmp_path / "site"
        info = place / "acme-1.0.dist-info"
        info.mkdir(parents=True)
        (place / f"{tmp_path.name}_acme.py").write_text(code)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
        point = f"acme = {tmp_path.name}_acme:VENDOR"
        (info / "entry_points.txt").write_text(f"[results_widgets.exports]\n{point}\n")
        monkeypatch.syspath_prepend(str(place))
        all_vendors.cache_clear()

    yield installed
    all_vendors.cache_clear()


def test_a_package_brings_a_vendor(install: Install, tmp_path: Path) -> None:
    install(ACME)
    (tmp_path / "log").mkdir()
    export = read_lines(tmp_path / "log", ROW, {**ROW, "acme_id": 2, "what": "seen"})
    assert (export.vendor, export.why) == ("acme", "its records have acme_id")
    assert export.events("c1")["event"].to_list() == ["sent", "opened"]
    assert rw.vendors().filter(vendor="acme")["label"].item() == "Acme Mail"
    assert rw.read_export(tmp_path / "log", "Acme Mail").vendor == "acme"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import nowhere_at_all", "ModuleNotFoundError"),
        ("VENDOR = 'acme'", "not a Vendor"),
        ("", "AttributeError"),
    ],
)
def test_one_that_cannot_be_loaded_is_named_and_keeps_nobody_else_out(
    install: Install, code: str, says: str
) -> None:
    known = {*all_vendors()}
    install(code)
    with pytest.warns(rw.SourceWarning, match=says):
        assert {*all_vendors()} == known
