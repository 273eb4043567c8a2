"""How tables are to be read: what only the person who passes them can know."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, get_args

from results_widgets.errors import QueryError, listing
from results_widgets.tables.zones import check_zone

TimeUnit = Literal["s", "ms", "us", "ns"]
TIME_UNITS: Final[tuple[TimeUnit, ...]] = get_args(TimeUnit)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a table does not say about itself.

    Attributes:
        naive_time_zone: IANA zone of timestamps that carry none; None refuses such timestamps.
        time_unit: Unit of timestamps that are numbers since 1970: ``s``, ``ms``, ``us`` or ``ns``;
            None refuses such timestamps.
        columns: Our name of a column → its name in the table.
        event_names: An event's name in the table → our name of it.

    Raises:
        QueryError: A zone or unit is not known, or a name is not text.
    """

    naive_time_zone: str | None = None
    time_unit: TimeUnit | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    event_names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check what was passed."""
        if self.naive_time_zone is not None:
            check_zone(self.naive_time_zone)
        if self.time_unit is not None and self.time_unit not in TIME_UNITS:
            raise QueryError.unknown("time_unit", self.time_unit, TIME_UNITS)
        for name in ("columns", "event_names"):
            object.__setattr__(self, name, _checked(name, getattr(self, name)))
        repeated = {one for one in self.columns.values() if [*self.columns.values()].count(one) > 1}
        if repeated:
            raise QueryError(
                f"columns: {listing(sorted(repeated))} is mapped to several columns; name each once"
            )

    @property
    def arguments(self) -> dict[str, Any]:
        """The options as arguments of `Results`."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def _checked(name: str, names: object) -> dict[str, str]:
    if not isinstance(names, Mapping):
        example = {"columns": "{'user_id': 'customer_id'}", "event_names": "{'open': 'opened'}"}
        raise QueryError(f"{name}: pass a dict such as {example[name]}, not {names!r}")
    for one in (*names, *names.values()):
        if not isinstance(one, str):
            raise QueryError(f"{name}: {one!r} is not text; map names to names")
    return dict(names)
