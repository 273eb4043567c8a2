"""The vendors that can be read: those in `vendors`, and those that other packages bring."""

from functools import cache
from importlib import import_module, metadata
from pkgutil import iter_modules
from typing import Any, Final

import polars as pl

from results_widgets.errors import QueryError, warn_caller
from results_widgets.exports import vendors as _built_in
from results_widgets.exports.vendor import Vendor

GROUP: Final = "results_widgets.exports"
"""Entry points of this group name a `Vendor`, or a list of some."""

_WORDS: Final = ("versions", "formats", "tells", "cannot", "notes")


@cache
def all_vendors() -> dict[str, Vendor]:
    """Return the vendors by key: the built-in ones by name, then those of other packages."""
    # A vendor that takes more than a file has the rest in one whose name starts with an underscore.
    names = sorted(one.name for one in iter_modules(_built_in.__path__) if one.name[0] != "_")
    found: list[Vendor] = []
    for name in names:
        found += _listed(import_module(f"{_built_in.__name__}.{name}").VENDOR)
    for point in sorted(metadata.entry_points(group=GROUP), key=lambda one: one.name):
        found += _of_package(point)
    return {vendor.key: vendor for vendor in found}


def _of_package(point: metadata.EntryPoint) -> list[Vendor]:
    """Return the vendors that another package brings; none, and a warning, if these cannot be had."""
    try:
        given: Any = point.load()
        found: list[Any] = [*given] if isinstance(given, list | tuple) else [given]
        wrong = [one for one in found if not isinstance(one, Vendor)]
        if not wrong:
            return found
        reason = f"it holds {type(wrong[0]).__name__}, not a Vendor"
    # Errors in another package's code must not stop exports of other vendors from being read.
    except Exception as problem:  # noqa: BLE001
        reason = f"{type(problem).__name__}: {problem}"
    warn_caller(f"export: the vendor {point.name!r} of {point.value} cannot be loaded: {reason}")
    return []


def _listed(declared: Vendor | list[Vendor] | tuple[Vendor, ...]) -> list[Vendor]:
    return [declared] if isinstance(declared, Vendor) else [*declared]


def vendor_of(name: "str | Vendor") -> Vendor:
    """Return a vendor by its key or name.

    Raises:
        QueryError: There is none; the error suggests one.
    """
    if isinstance(name, Vendor):
        return name
    known = all_vendors()
    words = {
        _as_key(word): vendor
        for vendor in known.values()
        for word in (*vendor.aliases, vendor.label)
    }
    found = known.get(str(name)) or known.get(_as_key(name)) or words.get(_as_key(name))
    if found is None:
        raise QueryError.unknown("vendor", name, known)
    return found


def _as_key(name: object) -> str:
    return str(name).casefold().replace(" ", "_").replace("-", "_").replace(".", "")


def vendors() -> pl.DataFrame:
    """Return what `read_export` can read.

    Returns:
        vendor (String): What ``read_export(path, vendor)`` takes.
        label (String): The vendor's name.
        versions (String): Versions or dates of the format that were examined.
        formats (String): The forms in which its export comes.
        campaign (String): What counts as a campaign in it.
        action (String): What counts as an action in it.
        channels (List(String)): Channels that it can report.
        events (List(String)): Our events that it can report.
        tells (String): What it contains besides the events.
        cannot (String): What it does not contain; these numbers are n/a.
        notes (String): How it differs from what one may expect.

    Examples:
        >>> rw.vendors().filter(vendor="sendgrid")["label"].item()
        'SendGrid'
    """
    rows = []
    for vendor in all_vendors().values():
        pairs = vendor.pairs
        words = {name: "; ".join(getattr(vendor, name)) for name in _WORDS}
        rows.append(
            {
                "vendor": vendor.key,
                "label": vendor.label,
                "versions": words["versions"],
                "formats": words["formats"],
                "campaign": vendor.campaign,
                "action": vendor.action,
                "channels": sorted({channel for channel, _ in pairs if channel is not None}),
                "events": sorted({event for _, event in pairs}),
                **{name: words[name] for name in ("tells", "cannot", "notes")},
            }
        )
    lists = ("channels", "events")
    schema = {name: pl.List(pl.String) if name in lists else pl.String() for name in rows[0]}
    return pl.DataFrame(rows, schema=schema)
