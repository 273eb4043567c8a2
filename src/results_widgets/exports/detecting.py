"""Recognises the vendor of export files by their content, with confidence and reason; never guesses between two."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from results_widgets.errors import EventsError, QueryError, listing
from results_widgets.exports.archives import archives_open
from results_widgets.exports.header_case import any_case, folded, gains_times
from results_widgets.exports.listed import formats_of, list_export
from results_widgets.exports.records import HEAD, sample
from results_widgets.exports.registry import all_vendors
from results_widgets.exports.vendor import OWN, SURE, Sample, Sign, Vendor

_SAMPLED: Final = 400
"""Up to this many files, each is examined; of more, a sample from each part."""

_FLAT: Final = ("csv", "parquet", "table")
"""Formats whose records are rows of a table."""

_CLOSE: Final = 0.1
"""Between two vendors whose confidence differs by less than this, none is chosen."""

_AND: Final = "; pass vendor=, one of these, or a mapping="


@dataclass(frozen=True)
class Detected:
    """The vendor of an export.

    Attributes:
        vendor: The vendor.
        why: What says so.
        files: The files to read, and the format of each.
        ignored: Files that are not read, and why.
        confidence: How certain that is, from `SURE` to 1; 1 where it was given.
    """

    vendor: Vendor
    why: str
    files: dict[str, str] = field(default_factory=dict)
    ignored: dict[str, str] = field(default_factory=dict)
    confidence: float = 1.0


def detect(source: object, vendor: Vendor | None) -> Detected:
    """Return whose export files are.

    Args:
        source: What names them.
        vendor: The vendor, if it is known; then files that are surely another's are left out.

    Raises:
        QueryError: No vendor, or more than one, is recognised.
        EventsError: There are no files.
    """
    formats, ignored = formats_of(list_export(source))
    if vendor is not None and vendor.key == OWN:
        return Detected(vendor, "a mapping was given", formats, ignored)
    beginnings = {path: sample(Path(path), kind) for path, kind in _some(formats).items()}
    return _decided(formats, ignored, beginnings, vendor)


def detect_tables(beginnings: Mapping[str, Sample], vendor: Vendor | None) -> Detected:
    """Return whose export the tables of a database are.

    Args:
        beginnings: The first rows of each.
        vendor: The vendor, if it is known.

    Raises:
        QueryError: No vendor, or more than one, is recognised.
    """
    return _decided(dict.fromkeys(beginnings, "table"), {}, beginnings, vendor)


def _decided(
    formats: dict[str, str],
    ignored: dict[str, str],
    beginnings: Mapping[str, Sample],
    vendor: Vendor | None,
) -> Detected:
    signs = {path: _signs(one) for path, one in beginnings.items()}
    if vendor is not None:
        own = _in_its_case(vendor, beginnings.values())
        return _of_named(own, formats, ignored, signs)
    found = {path: _surest(path, own) for path, own in signs.items()}
    groups: dict[str, list[str]] = defaultdict(list)
    for path, sign in found.items():
        if sign is not None:
            groups[sign[0].key].append(path)
    if not groups:
        raise _unknown(formats, ignored)
    if len(groups) > 1:
        raise _several(groups)
    # The surest of its files speaks for all.
    first = max((sign for sign in found.values() if sign), key=lambda sign: sign[1].confidence)
    read = {path: kind for path, kind in formats.items() if path not in found or found[path]}
    if first[0].read is not None:
        read = formats
    left = {path: "not recognised as an export" for path in formats if path not in read}
    own = _in_its_case(first[0], beginnings.values())
    return Detected(own, first[1].why, read, {**ignored, **left}, first[1].confidence)


def _some(formats: dict[str, str]) -> dict[str, str]:
    paths = [*formats]
    step = max(1, len(paths) // _SAMPLED)
    return {path: formats[path] for path in paths[::step]}


_Signs = dict[str, tuple[Vendor, Sign]]


def _signs(beginning: Sample) -> _Signs:
    """Return what vendors say of a file; if none is sure, of its fields in the case that each knows them in."""
    vendors = all_vendors().values()
    found = {one.key: (one, sign) for one in vendors if (sign := _sign(one, beginning))}
    if any(sign.confidence >= SURE for _, sign in found.values()):
        return found
    again = ((one, _sign(one, folded(beginning, one, lower=True))) for one in vendors)
    return {one.key: (one, sign) for one, sign in again if sign} or found


def _in_its_case(vendor: Vendor, beginnings: Iterable[Sample]) -> Vendor:
    """Return a vendor that reads fields of whatever case, if the files have them in another than its own."""
    known = [*beginnings]
    signs = [_sign(vendor, one) for one in known]
    lower = not any(sign and sign.confidence >= SURE for sign in signs)
    if lower:
        changed = any(folded(one, vendor, lower=True).records != one.records for one in known)
    else:
        # What is recognised as it is has another case only where a table's times are not found otherwise.
        changed = any(gains_times(one, vendor) for one in known if one.format in _FLAT)
    return any_case(vendor, lower=lower) if changed else vendor


def _sign(vendor: Vendor, beginning: Sample) -> Sign | None:
    """Return what a vendor says of a file; one that stumbles over the records of another is not sure."""
    if not beginning.records:
        return None
    try:
        sign = vendor.recognise(beginning)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None
    return sign if sign is not None and sign.confidence > 0 else None


def _surest(file: str, signs: _Signs) -> tuple[Vendor, Sign] | None:
    """Return the surest vendor of a file; None if none is sure enough.

    Raises:
        QueryError: Two are as sure.
    """
    ranked = sorted(signs.values(), key=lambda one: -one[1].confidence)
    if not ranked or ranked[0][1].confidence < SURE:
        return None
    if len(ranked) > 1 and ranked[0][1].confidence - ranked[1][1].confidence < _CLOSE:
        (one, why), (other, also) = ranked[:2]
        raise QueryError(
            f"export: {file or 'the table'} may be {one.label!r} ({why.why}) as well as {other.label!r} "
            f"({also.why}){_AND.replace('these', f'{one.key!r} and {other.key!r}')}"
        )
    return ranked[0]


def _of_named(
    vendor: Vendor, formats: dict[str, str], ignored: dict[str, str], signs: dict[str, _Signs]
) -> Detected:
    """Leave out files that are clearly another vendor's and do not fit this one."""
    left = {}
    for path, own in signs.items():
        others = [one for one in own.values() if one[0].key != vendor.key]
        best = max(others, key=lambda one: one[1].confidence, default=None)
        if vendor.key not in own and best is not None and best[1].confidence >= SURE:
            left[path] = f"an export of {best[0].label}: {best[1].why}"
    read = {path: kind for path, kind in formats.items() if path not in left}
    left |= ignored
    if not read:
        found = [f"{Path(path).name} is {why}" for path, why in left.items()]
        raise QueryError(f"export: no file is one of {vendor.label}: {listing(found, 3)}")
    return Detected(vendor, "the vendor was named", read, left)


def detect_table(table: pl.LazyFrame, vendor: Vendor | None) -> Detected:
    """Return whose export a table is.

    Raises:
        QueryError: No vendor, or more than one, is recognised.
    """
    beginning = Sample("", "table", table.head(HEAD).collect().to_dicts())
    if vendor is not None:
        return Detected(_in_its_case(vendor, [beginning]), "the vendor was named")
    found = _surest("", _signs(beginning))
    if found is None:
        names = table.collect_schema().names()
        raise QueryError(
            f"export: the table is not from a known vendor (columns {listing(names)}){_known()}"
        )
    own, sign = _in_its_case(found[0], [beginning]), found[1]
    return Detected(own, sign.why, confidence=sign.confidence)


def _known() -> str:
    return f"; known: {listing(all_vendors(), 40)}. Pass vendor=, or a mapping=rw.Mapping(…) of your own"


def _unknown(formats: dict[str, str], ignored: dict[str, str]) -> QueryError:
    looked = [f"{Path(path).name} ({kind})" for path, kind in formats.items()]
    looked += [f"{Path(path).name} ({why})" for path, why in ignored.items()]
    return QueryError(f"export: none of these files is recognised: {listing(looked, 5)}{_known()}")


def _several(groups: dict[str, list[str]]) -> QueryError:
    known = all_vendors()
    parts = [
        f"{known[key].label} ({len(paths)} file{'s' if len(paths) > 1 else ''}, such as {Path(paths[0]).name})"
        for key, paths in sorted(groups.items())
    ]
    keys = " or ".join(f"vendor={key!r}" for key in sorted(groups))
    return QueryError(f"export: files of {listing(parts)} lie side by side; pass {keys}")


def is_export(source: object) -> bool:
    """Whether files are surely a vendor's export, or several vendors'."""
    with archives_open():
        try:
            formats, _ = formats_of(list_export(source))
        except EventsError:
            return False
        return any(
            sign.confidence >= SURE
            for path, kind in _some(formats).items()
            for _, sign in _signs(sample(Path(path), kind)).values()
        )
