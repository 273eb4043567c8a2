"""`Mapping`: the meaning of an export's fields and events."""

from collections.abc import Iterable, Mapping as AnyMapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from results_widgets._json import Node, parse_file, shown
from results_widgets.errors import QueryError
from results_widgets.exports.rules import By, read_rule, rule_as_json
from results_widgets.exports.yaml_files import ENDINGS, parse_yaml
from results_widgets.tables.options import TIME_UNITS, TimeUnit
from results_widgets.tables.zones import check_zone

Fields = tuple[str, ...]
"""Names of fields of which the first that has a value counts; a dot leads into an object."""


_FIELDS: Final = (
    *("user_id", "timestamp", "campaign_id", "action_id", "event_column", "channel"),
    *("event_id", "variant", "entry_id", "machine", "value", "currency", "link", "reason"),
    *("platform", "campaign_name", "campaign_kind", "action_name", "variant_name", "parent_id"),
    "is_developer",
)
"""Those of a mapping that name fields of the export."""

_TAKEN: Final = frozenset({*_FIELDS, "name", "event", "is_goal", "time", "is_zoned"})
"""Names that custom columns and attributes cannot have: those of the standard columns."""


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """The meaning of an export's fields and events.

    Each field is given by a name, or by several names of which the first with a value counts. A dot
    leads into an object: ``"properties.campaign_id"``; a field whose own name has the dot comes first.

    Attributes:
        user_id: Who it happened to.
        timestamp: When: ISO text, a number since 1970, or a time.
        campaign_id: The campaign; if left out, all rows belong to one.
        action_id: The action; if left out or empty, the campaign itself is the action.
        event: Name of an event in the export → what it means: ``("email", "opened")``, a third text is
            a note for the report; ``(None, "exited")`` of the campaign itself; ``"opened"`` of the
            channel that `channel` names; ``"goal"`` for a possible goal; None for an event to leave out;
            ``{"by": field, "cases": {value: …}, "otherwise": …}`` where another field decides.
        event_column: The field that holds the event's name; if left out, the field whose values `event` lists.
        channel: The channel, for events that do not imply it.
        event_id: Rows that repeat it are counted once.
        variant: The arm of an A/B test.
        entry_id: Identifies one entry of a user into the campaign.
        machine: Whether a machine opened or clicked, not a person.
        value: The value of a goal.
        currency: The value's currency.
        link: The URL that was clicked.
        reason: Why it bounced, failed or was suppressed.
        platform: The device.
        campaign_name: The campaign's name on screen.
        campaign_kind: The vendor's name for this kind of campaign.
        action_name: The action's name on screen.
        variant_name: The variant's name on screen.
        parent_id: The action before this one, if the export contains the flow.
        is_developer: Whether the user is a developer or tester.
        columns: Further columns by our name of them, to group numbers by.
        attributes: Attributes of the user by our name of them.
        time_unit: Unit of numbers since 1970; if left out, recognised by their size.
        time_format: Form of times that are not ISO, as of `strftime`: ``"%Y%m%d%H%M%S"``.
        time_zone: IANA zone of times without one.

    Raises:
        QueryError: A field, event or channel is not what it should be.

    Examples:
        >>> rw.Mapping(
        ...     user_id="customer_id",
        ...     timestamp="sent_at",
        ...     event={"email_sent": ("email", "sent"), "purchase": "goal"},
        ... ).pairs
        frozenset({('email', 'sent')})
    """

    user_id: str | Sequence[str] = ()
    timestamp: str | Sequence[str] = ()
    campaign_id: str | Sequence[str] = ()
    action_id: str | Sequence[str] = ()
    event: AnyMapping[str, Any] = field(default_factory=dict)
    event_column: str | Sequence[str] = ()
    channel: str | Sequence[str] = ()
    event_id: str | Sequence[str] = ()
    variant: str | Sequence[str] = ()
    entry_id: str | Sequence[str] = ()
    machine: str | Sequence[str] = ()
    value: str | Sequence[str] = ()
    currency: str | Sequence[str] = ()
    link: str | Sequence[str] = ()
    reason: str | Sequence[str] = ()
    platform: str | Sequence[str] = ()
    campaign_name: str | Sequence[str] = ()
    campaign_kind: str | Sequence[str] = ()
    action_name: str | Sequence[str] = ()
    variant_name: str | Sequence[str] = ()
    parent_id: str | Sequence[str] = ()
    is_developer: str | Sequence[str] = ()
    columns: AnyMapping[str, str | Sequence[str]] = field(default_factory=dict)
    attributes: AnyMapping[str, str | Sequence[str]] = field(default_factory=dict)
    time_unit: TimeUnit | None = None
    time_format: str | None = None
    time_zone: str | None = None

    def __post_init__(self) -> None:
        """Check what was given."""
        for name in _FIELDS:
            object.__setattr__(self, name, _names(name, getattr(self, name)))
        for name in ("columns", "attributes"):
            given = _object(name, getattr(self, name))
            named = {key: _names(f"{name}.{key}", one) for key, one in given.items()}
            _check_free(name, named)
            object.__setattr__(self, name, named)
        events = _object("event", self.event)
        object.__setattr__(
            self, "event", {key: read_rule(f"event.{key}", one) for key, one in events.items()}
        )
        if self.time_unit is not None and self.time_unit not in TIME_UNITS:
            raise QueryError.unknown("time_unit", self.time_unit, TIME_UNITS)
        if self.time_zone is not None:
            check_zone(self.time_zone)
        if self.time_format is not None and not isinstance(self.time_format, str):
            raise QueryError.at(
                "mapping.time_format", f"expected text, found {shown(self.time_format)}"
            )

    def names(self, key: str) -> Fields:
        """Return the names of the export's fields behind one of ours.

        Args:
            key: Name of an attribute of this class.

        Returns:
            The names; empty if the export does not have it.

        Examples:
            >>> rw.Mapping(user_id=["external_user_id", "user_id"]).names("user_id")
            ('external_user_id', 'user_id')
        """
        found: Fields = getattr(self, key)
        return found

    @property
    def pairs(self) -> frozenset[tuple[str | None, str]]:
        """The channels and events that the export can report."""
        rules = [*self.event.values()]
        found = set()
        while rules:
            rule = rules.pop()
            if isinstance(rule, By):
                rules += [*rule.cases.values(), rule.otherwise]
            elif rule.event is not None:
                found.add((rule.channel, rule.event))
        return frozenset(found)

    @classmethod
    def from_json(cls, source: "str | Path | AnyMapping[str, Any] | Mapping") -> "Mapping":
        """Read a mapping.

        Args:
            source: Path of a file of JSON or YAML, or a dict; a mapping is returned as it is.

        Returns:
            The mapping.

        Raises:
            QueryError: The file is not there, is not JSON or YAML, or a field in it is not known.

        Examples:
            >>> rw.Mapping.from_json({"user_id": "who", "event": {"open": ["email", "opened"]}}).names("user_id")
            ('who',)
        """
        if isinstance(source, Mapping):
            return source
        if isinstance(source, str | Path):
            source = _of_file(Path(source))
        known = [one.name for one in fields(cls)]
        given: dict[str, Any] = {**Node(source, "mapping", known, QueryError.at, strict=True).value}
        return cls(**given)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values.

        Returns:
            A dict that `from_json` reads back to an equal mapping, without the fields that were left out.

        Examples:
            >>> rw.Mapping(user_id="who", event={"buy": "goal"}).to_dict()
            {'user_id': 'who', 'event': {'buy': 'goal'}}
        """
        found: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value in ((), None, {}):
                continue
            if one.name == "event":
                value = {key: rule_as_json(rule) for key, rule in value.items()}
            elif one.name in ("columns", "attributes"):
                value = {key: _plain(names) for key, names in value.items()}
            found[one.name] = _plain(value) if one.name in _FIELDS else value
        return found

    def over(self, other: "Mapping") -> "Mapping":
        """Return another mapping, overridden by this one.

        Args:
            other: The mapping below, such as a vendor's.

        Returns:
            The mapping of both; events are joined by name.

        Examples:
            >>> rw.Mapping(user_id="email").over(rw.Mapping(user_id="id", timestamp="at")).to_dict()
            {'user_id': 'email', 'timestamp': 'at'}
        """
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        below = {one.name: getattr(other, one.name) for one in fields(other)}
        joined = {name: {**below[name], **own[name]} for name in ("event", "columns", "attributes")}
        said = {name: value for name, value in own.items() if value not in ((), None, {})}
        return Mapping(**{**below, **said, **joined})


def _plain(names: Fields) -> str | list[str]:
    return names[0] if len(names) == 1 else list(names)


def _of_file(path: Path) -> Any:
    def error(origin: str, problem: str) -> QueryError:
        return QueryError.at(f"mapping {origin}", problem)

    if path.suffix.lower() in ENDINGS:
        return parse_yaml(path, error)
    return parse_file(path, error)


def _check_free(name: str, given: AnyMapping[str, Fields]) -> None:
    """Refuse names of custom columns that already have a meaning."""
    for key in given:
        if key in _TAKEN:
            raise QueryError.at(
                f"mapping.{name}.{key}", "is a name that has a meaning already; choose another"
            )


def _names(name: str, value: object) -> Fields:
    if value is None:
        return ()
    names = (value,) if isinstance(value, str) else value
    if isinstance(names, AnyMapping) or not isinstance(names, Iterable):
        raise QueryError.at(f"mapping.{name}", f"expected a field's name, found {shown(value)}")
    listed = tuple(names)
    if not all(isinstance(one, str) and one for one in listed):
        raise QueryError.at(f"mapping.{name}", f"expected names of fields, found {shown(value)}")
    return listed


def _object(name: str, value: object) -> AnyMapping[str, Any]:
    if not isinstance(value, AnyMapping) or not all(isinstance(key, str) for key in value):
        raise QueryError.at(f"mapping.{name}", f"expected an object by names, found {shown(value)}")
    return value
