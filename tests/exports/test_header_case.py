"""Columns in another case than the vendor's, as dumps of Snowflake have them, are read where that is unambiguous."""

from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.exports import all_vendors
from results_widgets.exports.header_case import Folding
from tests.support.exports.story import tell

WRITERS = {
    "segment": "write_tables",
    "customerio": "write_warehouse",
}


def told(key: str, folder: Path) -> None:
    module: Any = import_module(f"tests.support.exports.writers.{key}")
    getattr(module, WRITERS[key])(tell(all_vendors()[key], module.LIMITS, 4), folder)


def in_capitals(folder: Path) -> None:
    """Give all tables of a folder columns in capitals."""
    for path in folder.iterdir():
        read = pl.read_csv if path.suffix == ".csv" else pl.read_parquet
        table = read(path)
        table = table.rename({name: name.upper() for name in table.columns})
        (table.write_csv if path.suffix == ".csv" else table.write_parquet)(path)


@pytest.mark.parametrize("key", WRITERS)
def test_capitals_change_nothing(key: str, tmp_path: Path) -> None:
    told(key, tmp_path)
    plain = rw.read_export(tmp_path)
    in_capitals(tmp_path)
    found = rw.read_export(tmp_path)
    assert found.vendor == plain.vendor == key
    assert found.campaigns().equals(plain.campaigns())
    assert found.events("spring").equals(plain.events("spring"))
    named = rw.read_export(tmp_path, key)
    assert named.events("spring").equals(plain.events("spring"))


def test_a_mapping_of_ones_own_finds_its_columns_in_the_case_it_names() -> None:
    rows = pl.DataFrame({"WHO": ["anna"], "AT": ["2026-03-01T10:00:00Z"], "Kind": ["opened"]})
    mapping = rw.Mapping(
        user_id="WHO", timestamp="AT", event_column="Kind", event={"opened": ("email", "opened")}
    )
    assert rw.read_export(rows, mapping=mapping).events()["user_id"].to_list() == ["anna"]


def test_two_columns_that_differ_in_case_only_stay_two() -> None:
    fold = Folding(rw.Mapping(user_id="user_id", timestamp="at"))
    both = {"USER_ID": "anna", "user_id": "bob", "AT": "now"}
    assert fold.of(both) == both
    assert fold.of({"USER_ID": "anna", "AT": "now"}) == {"user_id": "anna", "at": "now"}
    # What no mapping knows keeps its case among fields that are known as they are.
    assert fold.of({"user_id": "anna", "OTHER": 1}) == {"user_id": "anna", "OTHER": 1}


def test_headers_with_blanks_are_those_without(tmp_path: Path) -> None:
    # As Iterable's screen exports them, and as a spreadsheet of it is saved.
    header = {
        "Email": "anna@example.com",
        "Campaign Id": "42",
        "Campaign Name": "First",
        "Workflow Id": "7",
        "Template Id": "3",
        "Message Id": "m1",
        "Created At": "2026-03-10 23:50:30 +00:00",
    }
    for name in ("emailSend", "emailOpen"):
        rows = pl.DataFrame([header, header | {"Email": "bob@example.com", "Message Id": "m2"}])
        rows.write_csv(tmp_path / f"{name}.csv")
    named = rw.read_export(tmp_path, "iterable")
    found = rw.read_export(tmp_path)
    assert found.vendor == "iterable"
    assert named.events("7").equals(found.events("7"))
    events = found.events("7").select("user_id", "action_id", "event", "message_id").sort("event")
    assert {*events.iter_rows()} == {
        (f"{who}@example.com", "42", event, message)
        for who, message in (("anna", "m1"), ("bob", "m2"))
        for event in ("sent", "opened")
    }
    assert found.events("7")["timestamp"].dtype == pl.Datetime("us", "UTC")


def test_columns_that_are_one_but_for_blanks_stay_two() -> None:
    fold = Folding(rw.Mapping(user_id="userId", timestamp="at"))
    both = {"User Id": "anna", "userId": "bob", "at": "now"}
    assert fold.of(both) == both
    assert fold.of({"User Id": "anna", "at": "now"}) == {"userId": "anna", "at": "now"}
