"""What an event of an export means, from any form that a mapping accepts."""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from typing import Any, Final, Union

from results_widgets._json import shown
from results_widgets.channels import CHANNELS, EVENTS
from results_widgets.errors import QueryError, suggestion


@dataclass(frozen=True, slots=True)
class Became:
    """What an event of an export means.

    Attributes:
        channel: Id of the channel; None: as the row's own field says, or no channel's.
        event: Our name of the event; None: it is left over.
        note: What a reader of the report should know about it.
        is_goal: Whether it keeps its own name and may be a campaign's goal.
    """

    channel: str | None = None
    event: str | None = None
    note: str = ""
    is_goal: bool = False


LEFT_OVER: Final = Became()
"""An event that means nothing to a campaign's results."""

_DEEPEST: Final = 20
"""Maximum number of nested fields that decide what an event means."""

GOAL: Final = Became(is_goal=True)
"""An event that a campaign may have as its goal."""


@dataclass(frozen=True, slots=True)
class By:
    """What an event means by the value of one of its fields.

    Attributes:
        field: The field; a dot leads into an object.
        cases: The field's value, in lower case → what the event then means.
        otherwise: What it means with any other value, or with none.
    """

    field: str
    cases: AnyMapping[str, "Rule"]
    otherwise: "Rule" = LEFT_OVER


Rule = Union[Became, By]  # noqa: UP007 - a name that is used before it is there


def read_rule(path: str, value: object, depth: int = 0) -> Rule:
    """Return what an event means, from any of the forms that `Mapping` takes."""
    if isinstance(value, Became | By):
        return value
    if value is None or value == "left over":
        return LEFT_OVER
    if isinstance(value, AnyMapping):
        return _rule_by(path, value, depth + 1)
    if isinstance(value, str):
        return GOAL if value == "goal" else Became(None, _event(path, None, value))
    return _rule_of_parts(path, value)


def _rule_of_parts(path: str, value: object) -> Became:
    """Return what a channel, an event and perhaps a note mean."""
    parts: list[Any] = [*value] if isinstance(value, list | tuple) else []
    if len(parts) not in (2, 3) or not all(one is None or isinstance(one, str) for one in parts):
        raise QueryError.at(
            f"mapping.{path}",
            f"expected a channel and an event such as ['email', 'opened'], 'goal' or null, "
            f"found {shown(value)}",
        )
    channel, event, *note = parts
    if channel == "goal":
        return Became(note=event or "", is_goal=True)
    if event is None:
        return Became(note=note[0] if note else "")
    return Became(channel, _event(path, channel, event), note[0] if note else "")


def _rule_by(path: str, value: AnyMapping[str, Any], depth: int) -> By:
    if depth > _DEEPEST:
        raise QueryError.at(
            f"mapping.{path.partition('.')[0]}", f"cases are nested more than {_DEEPEST} deep"
        )
    by, cases = value.get("by"), value.get("cases")
    if not isinstance(by, str) or not isinstance(cases, AnyMapping):
        raise QueryError.at(f"mapping.{path}", "expected 'by' (a field) and 'cases' (an object)")
    return By(
        by,
        {str(key).lower(): read_rule(f"{path}.{key}", one, depth) for key, one in cases.items()},
        read_rule(f"{path}.otherwise", value.get("otherwise"), depth),
    )


def _event(path: str, channel: str | None, event: str) -> str:
    """Return an event's name if the channel has it, or could."""
    if channel is not None and channel not in CHANNELS and suggestion(channel, CHANNELS):
        raise QueryError.at(
            f"mapping.{path}", str(QueryError.unknown("channel", channel, CHANNELS))
        )
    known = EVENTS if channel is None or channel in CHANNELS else {event: None}
    if event not in known:
        raise QueryError.at(f"mapping.{path}", str(QueryError.unknown("event", event, EVENTS)))
    return event


def rule_as_json(rule: Rule) -> Any:
    """Return plain JSON values that `read_rule` reads back to an equal rule."""
    if isinstance(rule, By):
        cases = {key: rule_as_json(one) for key, one in rule.cases.items()}
        return {"by": rule.field, "cases": cases, "otherwise": rule_as_json(rule.otherwise)}
    if rule.is_goal:
        return ["goal", rule.note] if rule.note else "goal"
    if rule.event is None:
        return [None, None, rule.note] if rule.note else None
    return [rule.channel, rule.event, *([rule.note] if rule.note else [])]
