"""JSON objects read field by field: what each kind of field takes, its default, and its error."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

import results_widgets as rw
from results_widgets._json import Node, read_as, shown
from results_widgets.errors import QueryError

Read = Callable[[Node], object]
GIVEN: list[tuple[Read, object, object]] = [
    (lambda node: node.text("x"), "a", "a"),
    (lambda node: node.text("x", "d"), None, "d"),
    (lambda node: node.text("x", "d"), "", ""),
    (lambda node: node.optional_text("x"), None, None),
    (lambda node: node.integer("x"), 0, 0),
    (lambda node: node.flag("x"), None, False),
    (lambda node: node.flag("x"), True, True),
    (lambda node: node.optional_flag("x"), None, None),
    (lambda node: node.optional_share("x"), None, None),
    (lambda node: node.share("x", 0.5), None, 0.5),
    (lambda node: node.share("x", 0.5), 0, 0.0),
    (lambda node: node.share("x", 0.5), 1, 1.0),
    (lambda node: node.choice("x", ("a", "b"), "a"), "b", "b"),
    (lambda node: node.choice("x", ("a", "b"), "a"), None, "a"),
    (lambda node: node.duration("x"), None, timedelta()),
    (lambda node: node.duration("x"), "1d12h", timedelta(days=1.5)),
    (lambda node: node.duration("x"), timedelta(), timedelta()),
    (lambda node: node.instant("x"), None, None),
    (lambda node: node.instant("x"), "2026-03-01T00:00:00Z", datetime(2026, 3, 1, tzinfo=UTC)),
    (lambda node: node.mapping("x"), None, {}),
    (lambda node: node.mapping("x"), {"a": 1}, {"a": 1}),
    (lambda node: node.texts("x"), "a", ("a",)),
    (lambda node: node.texts("x"), ["b", "a"], ("b", "a")),
    (lambda node: node.texts("x"), {"b", "a"}, ("a", "b")),
    (lambda node: node.texts("x"), (part for part in "ab"), ("a", "b")),
    (lambda node: node.texts("x", ("d",)), None, ("d",)),
    (lambda node: node.texts("x", ("d",)), [], ("d",)),
    (lambda node: node.each("x", lambda item, path: (item, path)), None, ()),
    (lambda node: node.each("x", lambda item, path: (item, path)), [5], ((5, "top.x[0]"),)),
    (lambda node: node.child("x", ("y",)).text("y"), {"y": "z"}, "z"),
]
WRONG: list[tuple[Read, object, str]] = [
    (lambda node: node.text("x"), None, "is required and must be text that is not empty"),
    (lambda node: node.text("x"), "", "is required and must be text that is not empty"),
    (lambda node: node.text("x", "d"), 5, "expected text, found 5"),
    (lambda node: node.optional_text("x"), ["a"], r"expected text or null, found \['a'\]"),
    (lambda node: node.integer("x"), None, "is required and must be a whole number"),
    (lambda node: node.integer("x"), True, "expected a whole number, found True"),
    (lambda node: node.integer("x"), 1.0, "expected a whole number, found 1.0"),
    (lambda node: node.flag("x"), 1, "expected true or false, found 1"),
    (lambda node: node.share("x", 0.0), 1.01, r"between 0 and 1 \(10 % is 0.1\), found 1.01"),
    (lambda node: node.share("x", 0.0), -0.01, "expected a share between 0 and 1"),
    (lambda node: node.share("x", 0.0), float("nan"), "expected a share between 0 and 1"),
    (lambda node: node.share("x", 0.0), False, "expected a share between 0 and 1"),
    (
        lambda node: node.choice("x", ("aaaa", "b"), "b"),
        "aaa",
        r"did you mean 'aaaa'\?\); known: a",
    ),
    (lambda node: node.duration("x"), 7, "expected a duration such as '7d', found 7"),
    (lambda node: node.duration("x"), "x", "'x' is not a duration"),
    (lambda node: node.duration("x"), timedelta(-1), "a duration cannot be negative"),
    (lambda node: node.instant("x"), "March", "expected a time such as '2026-03-01T09"),
    (lambda node: node.instant("x"), 5, "expected a time or null, found 5"),
    (lambda node: node.instant("x"), "2026-03-01T00:00:00", "has no time zone; add one"),
    (lambda node: node.mapping("x"), [], r"expected an object, found \[\]"),
    (
        lambda node: node.texts("x"),
        None,
        "expected a list of names that is not empty, found nothing",
    ),
    (lambda node: node.texts("x"), [], r"that is not empty, found \[\]"),
    (lambda node: node.texts("x"), "", r"that is not empty, found \[''\]"),
    (lambda node: node.texts("x"), ["a", ""], "that is not empty"),
    (lambda node: node.texts("x", ("d",)), ["a", 5], "that is not empty"),
    (lambda node: node.texts("x", ("d",)), {"a": 1}, "that is not empty"),
    (lambda node: node.texts("x", ("d",)), 5, "that is not empty, found 5"),
    (lambda node: node.each("x", lambda item, _: item), {}, "expected a list, found {}"),
    (lambda node: node.each("x", lambda item, _: item), "a", "expected a list, found 'a'"),
    (lambda node: node.each("x", lambda item, _: item), b"a", "expected a list, found b'a'"),
    (lambda node: node.child("x", ()), None, "expected an object with named fields, found nothing"),
]


@pytest.mark.parametrize(("read", "value", "found"), GIVEN)
def test_field_is_read(read: Read, value: object, found: object) -> None:
    assert read(Node({"x": value}, "top", ("x",))) == found
    if value is None:
        assert read(Node({}, "top", ("x",))) == found


@pytest.mark.parametrize(("read", "value", "words"), WRONG)
def test_wrong_field_is_refused_with_its_path(read: Read, value: object, words: str) -> None:
    with pytest.raises(rw.CampaignError, match=rf"^top\.x: .*{words}"):
        read(Node({"x": value}, "top", ("x",)))
    with pytest.raises(rw.QueryError, match=rf"^x: .*{words}"):
        read(Node({"x": value}, "", ("x",), QueryError.at))


def test_unknown_fields_are_ignored_but_for_near_misses() -> None:
    Node({"other": 1, "name": 2}, "", ("name",))
    with pytest.raises(rw.CampaignError, match=r"^nmae: unknown field \(did you mean 'name'\?\)"):
        Node({"nmae": 1}, "", ("name",))
    with pytest.raises(rw.CampaignError, match=r"^top.other: unknown field; known: name$"):
        Node({"name": 2, "other": 1}, "top", ("name",), strict=True)
    with pytest.raises(rw.CampaignError, match=r"^top.x.b: unknown field; known: a$"):
        Node({"x": {"b": 1}}, "top", ("x",)).child("x", ("a",), strict=True)


def test_long_values_are_cut() -> None:
    assert shown("a" * 58) == repr("a" * 58)
    assert shown("a" * 59) == "'" + "a" * 59 + "…"
    assert shown(None) == "nothing"


def test_what_is_made_already_is_taken_as_it_is() -> None:
    goal = rw.Goal("Purchase")
    assert read_as(rw.Goal, goal, "goal") is goal
    assert read_as(rw.Goal, {"events": "Purchase"}, "goal") == goal
    with pytest.raises(rw.CampaignError, match=r"^goal: expected an object .* found Variant"):
        read_as(rw.Goal, rw.Variant("A"), "goal")
