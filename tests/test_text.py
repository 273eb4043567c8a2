"""Text from data as plain text: nothing a terminal obeys, nothing a reader cannot see."""

import unicodedata
import warnings

import pytest
from hypothesis import given, strategies as st

import results_widgets as rw
from results_widgets._text import (
    escape,
    one_line,
    plain,
    told_apart,
    visible,
    without_folders,
    without_logins,
)
from results_widgets.errors import OutputError, SourceWarning

OBEYED = [
    "\x1b]0;title\x07",
    "\x1b[2J",
    "\x9b2J",
    "a\rb",
    "\u202egnp.exe",
    "\u2066x\u2069",
    "\x00",
    "\ud800",
    "soft\u00adhyphen",
    "\u3164",
    "\u180e",
    "\U000e0041\U000e0042",
    "\ufff9",
]


@pytest.mark.parametrize("name", OBEYED)
def test_what_a_terminal_obeys_is_written_as_an_escape(name: str) -> None:
    shown = visible(f"<{name}>")
    assert shown.isprintable()
    assert shown.startswith("<")
    assert "\\" in shown


@given(st.text())
def test_only_printable_characters_and_line_breaks_are_left(text: str) -> None:
    for letter in visible(text):
        assert letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs")
    assert "\n" not in one_line(text)


ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
"""A flag, which is spelt in tags."""


@pytest.mark.parametrize(
    "text",
    ["Café “Ünal” — 5 %", "שלום", "مرحبا", "می\u200cخواهم", "👩\u200d👧", "第二步\n", ENGLAND],
)
def test_words_of_any_language_stay_as_they_are(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    "error",
    [
        rw.QueryError("unknown \x1b[2J"),
        rw.CampaignError("actions[0]", "\x1b[2J"),
        rw.EventsError("\x1b[2J"),
        OutputError(28, "full", "\x1b[2J"),
        SourceWarning("\x1b[2J"),
    ],
)
def test_errors_and_warnings_quote_names_as_escapes(error: Exception) -> None:
    assert "\x1b" not in str(error)
    assert r"\x1b[2J" in str(error)


def test_a_warning_that_is_shown_quotes_names_as_escapes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning(SourceWarning("\x1b[2J"), SourceWarning, "notebook.py", 1)
    assert "\x1b" not in capsys.readouterr().err


FOLDERS = {
    "/srv/data/events.parquet: no such file": "events.parquet: no such file",
    "report '/srv/anna/my data/c.json' -o=/srv/x/r.html": "report 'c.json' -o=r.html",
    "C:\\Users\\anna\\c.json is no campaign": "c.json is no campaign",
    "\\\\share\\anna\\c.json is no campaign": "c.json is no campaign",
    "SegmentStore('/srv/anna/s.db')": "SegmentStore('s.db')",
    "https://shop.example/a/b and one/two of 3/4 and n/a": "https://shop.example/a/b and one/two of 3/4 and n/a",
    "data/events.parquet": "data/events.parquet",
    "read /srv/anna/my data/c.json and d/e.json": "read c.json and d/e.json",
    "file:///srv/anna/c.json is no campaign": "c.json is no campaign",
    "//share/anna/c.json is no campaign": "c.json is no campaign",
    "~/anna/c.json is no campaign": "c.json is no campaign",
    "<b>/srv/anna/c.json</b>": "<b>c.json</b>",
    '"/srv/it\'s anna, too/c.json"': '"c.json"',
}


@pytest.mark.parametrize(("text", "shown"), FOLDERS.items())
def test_absolute_paths_are_their_last_names(text: str, shown: str) -> None:
    assert without_folders(text) == shown


LOGINS = {
    "postgresql://anna:pa/s#s?w@rd@db.example/x": "postgresql://•••@db.example/x",
    "no file matches 'https://me:k@h/x.csv?token=k-4711&a=1'": "no file matches 'https://•••@h/x.csv?token=•••&a=1'",
    "s3://AKIA:k/4711@bucket/x.parquet": "s3://•••@bucket/x.parquet",
    "host=db password=k-4711 dbname=x": "host=db password=••• dbname=x",
    "https://shop.example:8080/a?page=2": "https://shop.example:8080/a?page=2",
    "anna@example.com": "anna@example.com",
    "write 'postgresql://user:password@host/database'": "write 'postgresql://user:password@host/database'",
}


@pytest.mark.parametrize(("text", "shown"), LOGINS.items())
def test_logins_of_addresses_are_masked(text: str, shown: str) -> None:
    assert without_logins(text) == shown
    assert str(rw.QueryError(text)) == shown


def test_an_address_given_as_a_table_is_quoted_without_its_login() -> None:
    campaign, _, _ = rw.datasets.generate(20)
    address = "https://me:k-4711@127.0.0.1:1/x.parquet?token=k-4711"
    with pytest.raises(rw.EventsError, match="cannot be read") as caught:
        rw.Results(campaign, address, storage_options={"max_retries": 0})
    assert "k-4711" not in str(caught.value)


def test_one_label_of_several_has_its_id_beside_it() -> None:
    labels = {"a": "Reminder", "b": "Welcome back", "c": "Welcome back"}
    assert told_apart(labels) == {
        "a": "Reminder",
        "b": "Welcome back (b)",
        "c": "Welcome back (c)",
    }


def test_names_turn_nothing_round_on_screens_and_keep_what_joins_letters() -> None:
    turned = "Win\u202eback\u2066 <now>\u2069"
    assert escape(turned) == "Winback &lt;now&gt;"
    action = rw.Action("a", "email", name=turned)
    assert (action.label, action.name) == ("Winback <now>", turned)
    assert rw.Variant("B\u202e", share=0.5).label == "B"
    for kept in ("👩\u200d👩\u200d👧", "می\u200cخواهم", "שלום\u200f!", "\u061cمرحبا 7"):
        assert plain(kept) == kept
