"""Selections saved under names: range, definitions, zone, clock, variant, breakdown and chart."""

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from datetime import date
from pathlib import Path
from typing import Any, Final, Self

import traitlets

from results_widgets._io import write_whole
from results_widgets._json import Node, parse_file
from results_widgets.definitions import DEFINITIONS
from results_widgets.errors import QueryError
from results_widgets.locales import LOCALES
from results_widgets.results import Results
from results_widgets.tables.zones import is_zone
from results_widgets.view_model.compare_trait import CAMPAIGN
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.serialization import State

FIELDS: Final = tuple(sorted(Selection.class_trait_names()))
_MAX_NAME: Final = 200
_MAX_VIEWS: Final = 200


@dataclasses.dataclass(frozen=True, slots=True)
class View:
    """A saved selection: the fields of `Selection` that differ from its defaults.

    Attributes:
        fields: Their values by name; days are ISO texts.
    """

    fields: Mapping[str, Any]

    @classmethod
    def of(cls, selection: Selection) -> Self:
        """Return what is selected now."""
        default = Selection()
        own = {name: getattr(selection, name) for name in FIELDS}
        changed = {name: one for name, one in own.items() if one != getattr(default, name)}
        return cls({name: _plain(value) for name, value in changed.items()})

    @classmethod
    def read(cls, value: object, path: str = "") -> Self:
        """Return the view that a JSON object describes.

        Raises:
            QueryError: A field is not known, or has a value that it cannot have; the error names its path.
        """
        node = Node(value, path, FIELDS, QueryError.at, strict=True)
        for name in node.value:
            try:
                Selection(**{name: node.value[name]})
            except (traitlets.TraitError, QueryError) as problem:
                raise node.error(name, str(problem)) from None
        return cls(dict(node.value))

    def missing(self, results: Results) -> dict[str, str]:
        """Return what these results lack: a sentence per field."""
        campaign = results.campaign
        known: dict[str, tuple[str, Callable[[Any], bool]]] = {
            "action": ("action", lambda one: one in campaign.action_by_id),
            "channel": ("channel", lambda one: one in campaign.channels),
            "variant": ("variant", lambda one: one in {each.id for each in campaign.variants}),
            "by": ("column", lambda one: one in results.breakdowns),
            "metric": (
                "metric",
                lambda one: one in {each.key for each in results._session.metrics()},
            ),
            "definitions": ("definition set", lambda one: one in DEFINITIONS),
            "time_zone": ("time zone", is_zone),
            "locale": ("locale", lambda one: one in LOCALES),
            "compare": ("other", lambda one: one != CAMPAIGN or bool(results._session.beside)),
        }
        return {
            name: f"{what} {self.fields[name]!r} is not in these results"
            for name, (what, has) in known.items()
            if self.fields.get(name) and not has(self.fields[name])
        }

    def apply_to(self, selection: Selection, results: Results) -> tuple[str, ...]:
        """Select it, except for what the results lack.

        Returns:
            What they lack, one sentence each.
        """
        gone = self.missing(results)
        if gone.keys() & {"action", "channel"}:
            # A metric of something that is gone says nothing of the campaign.
            gone.setdefault("metric", "")
        default = Selection()
        wanted = {name: getattr(default, name) for name in FIELDS}
        wanted |= {name: value for name, value in self.fields.items() if name not in gone}
        with selection.hold_trait_notifications():
            # Days first: setting them selects the custom range, unless the range is another.
            for name in sorted(FIELDS, key=lambda one: one not in ("start", "end")):
                setattr(selection, name, wanted[name])
        return tuple(filter(None, gone.values()))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


class Views(MutableMapping[str, View]):
    """The views of a widget by name.

    Args:
        selection: The selection that views save, and that opening a view changes.
        results: Returns the results that are shown.
        changed: Called when a view was added, deleted or changed.

    Examples:
        >>> dashboard = rw.Dashboard(results, metric="conversions", range="30d")
        >>> dashboard.views.save("Last month")
        >>> dashboard.selection.range = "whole"
        >>> dashboard.views.open("Last month")
        ()
        >>> dashboard.selection.range
        '30d'
        >>> list(dashboard.views)
        ['Last month']
    """

    def __init__(
        self,
        selection: Selection,
        results: Callable[[], Results],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._selection, self._results, self._changed = selection, results, changed
        self._views: dict[str, View] = {}

    def __repr__(self) -> str:
        return f"Views({', '.join(map(repr, self._views))})"

    def __getitem__(self, name: str) -> View:
        if name not in self._views:
            raise KeyError(str(QueryError.unknown("view", name, self._views)))
        return self._views[name]

    def __setitem__(self, name: str, view: View | Mapping[str, object]) -> None:
        self._keep({name: view if isinstance(view, View) else View.read(view)})

    def _keep(self, views: Mapping[str, View]) -> None:
        """Add all of them, or none where one cannot be."""
        for name in views:
            if not 0 < len(name.strip()) <= _MAX_NAME:
                raise QueryError(f"a view needs a name to be saved: 1 to {_MAX_NAME} characters")
        kept = {**self._views, **{name.strip(): view for name, view in views.items()}}
        if len(kept) > _MAX_VIEWS:
            raise QueryError(f"at most {_MAX_VIEWS} views can be saved; delete one first")
        self._views = kept
        self._changed()

    def __delitem__(self, name: str) -> None:
        self[name]
        del self._views[name]
        self._changed()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._views, key=str.casefold))

    def __len__(self) -> int:
        return len(self._views)

    def save(self, name: str) -> None:
        """Save the current selection under a name, replacing a view of the same name.

        Raises:
            QueryError: The name is empty or longer than 200 characters.

        Examples:
            >>> rw.Dashboard(results, range="7d").views.save("This week")
        """
        self[name] = View.of(self._selection)

    def open(self, name: str) -> tuple[str, ...]:
        """Select what a view holds.

        Args:
            name: Name of the view.

        Returns:
            The parts that the results lack, one sentence each; the rest is selected.

        Raises:
            QueryError: There is no such view.

        Examples:
            >>> dashboard = rw.Dashboard(results)
            >>> dashboard.views["Old"] = {"by": "shop", "range": "7d"}
            >>> dashboard.views.open("Old")
            ("column 'shop' is not in these results",)
        """
        if name not in self._views:
            raise QueryError.unknown("view", name, self._views)
        return self._views[name].apply_to(self._selection, self._results())

    def delete(self, name: str) -> None:
        """Delete a view.

        Raises:
            QueryError: There is no such view.

        Examples:
            >>> dashboard = rw.Dashboard(results)
            >>> dashboard.views.save("This week")
            >>> dashboard.views.delete("This week")
        """
        if name not in self._views:
            raise QueryError.unknown("view", name, self._views)
        del self[name]

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """Return all views as plain JSON values.

        Returns:
            The fields of each view, by its name.

        Examples:
            >>> dashboard = rw.Dashboard(results, range="7d")
            >>> dashboard.views.save("This week")
            >>> dashboard.views.to_dict()
            {'This week': {'range': '7d'}}
        """
        return {name: dict(self._views[name].fields) for name in self}

    def write(self, path: str | Path) -> Path:
        """Write all views to a JSON file, which `read` takes.

        Args:
            path: The file; it is written completely or not at all.

        Returns:
            The path.

        Raises:
            OSError: The file cannot be written.

        Examples:
            >>> dashboard = rw.Dashboard(results, range="7d")
            >>> dashboard.views.save("This week")
            >>> dashboard.views.write("views.json").name
            'views.json'
        """
        content = json.dumps(self.to_dict(), ensure_ascii=False, indent=2)
        return write_whole(path, f"{content}\n".encode())

    def read(self, source: str | Path | Mapping[str, object]) -> None:
        """Add the views of a file, or of the result of `to_dict`; views of the same name are replaced.

        Args:
            source: Path of the JSON file, or the views by name.

        Raises:
            QueryError: It is not JSON, or a view has an unknown field or value; then no view is added.

        Examples:
            >>> dashboard = rw.Dashboard(results)
            >>> dashboard.views.read({"This week": {"range": "7d"}})
            >>> dashboard.views["This week"].fields["range"]
            '7d'
        """
        if isinstance(source, Mapping):
            value: object = source
        else:
            value = parse_file(Path(source), QueryError.at)
        if not isinstance(value, Mapping):
            raise QueryError.at(str(source), "expected views by name; write one with views.write()")
        self._keep({str(name): View.read(view, str(name)) for name, view in value.items()})


def views_state(views: Views) -> list[State]:
    """Return the value of ``_views``: for each view its ``name`` and ``fields``."""
    return [{"name": name, "fields": dict(views[name].fields)} for name in views]


def views_reply(views: Views, request: Mapping[str, object]) -> State:
    """Return the reply to ``kind: views``: what the results lack of a view that was opened.

    Raises:
        QueryError: The request is malformed, or names no view there is.
    """
    what, name = request.get("what"), request.get("name")
    if not isinstance(name, str):
        raise QueryError(f"a view needs a name to be saved; found {name!r}")
    acts: dict[str, Callable[[str], object]] = {
        "save": views.save,
        "open": views.open,
        "delete": views.delete,
    }
    if not isinstance(what, str) or what not in acts:
        raise QueryError.unknown("request for views", what, acts)
    missing = acts[what](name)
    return {"missing": list(missing) if isinstance(missing, tuple) else []}
