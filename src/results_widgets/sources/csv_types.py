"""Types of the columns of a CSV file: inferred from the first rows, then checked against every row."""

import csv
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets.errors import EventsError, listing
from results_widgets.sources.content import Content
from results_widgets.sources.missing import MISSING_TEXTS

TEXT_COLUMNS: Final = (
    *("campaign_id", "action_id", "event", "timestamp"),
    *("variant", "link", "reason"),
)
"""Columns that stay text, whatever their values look like."""

_BOOLEAN_WORDS: Final = ("true", "True", "TRUE", "false", "False", "FALSE")
_INFERRED_FROM: Final = 10_000
_HEAD: Final = 1_000
_LONGEST_VALUE: Final = 131_072
"""How long a value may be for Python's csv module, unless a program sets another limit."""
_WHOLE: Final = r"^-?(0|[1-9]\d{0,14})(\.0+)?$"


def scan_csv(
    content: Content, source: Any, schema: pl.Schema | None = None, **options: Any
) -> pl.LazyFrame:
    """Scan CSV; a text that stands for a missing value is null."""
    return pl.scan_csv(
        source,
        separator=content.separator,
        skip_lines=content.lines_ahead,
        null_values=list(MISSING_TEXTS),
        schema=schema,
        glob=False,
        **options,
    )


def csv_schema(content: Content, path: Path) -> pl.Schema:
    """Return the types of a CSV file's columns.

    A column is read as integers only if every value is written like one: ``007`` is not the same
    user, or postcode, as ``7``. Whole numbers of which some are written ``7.0`` are floats.

    Raises:
        EventsError: The header names a column twice; the message continues a sentence that starts
            with the path.
    """
    names = header(content, path)
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if repeated:
        raise EventsError(
            f"names column {listing(map(repr, repeated))} more than once; rename all but one"
        )
    overrides = {name: pl.String() for name in TEXT_COLUMNS if name in names}
    lines = scan_csv(
        content,
        content.open(path),
        infer_schema_length=_INFERRED_FROM,
        schema_overrides=overrides,
    )
    schema = lines.collect_schema()
    rows = _all_text(content, path)
    head = rows.head(_HEAD).collect()
    facts = [fact for name, kind in schema.items() for fact in _facts(name, kind, head[name])]
    found = rows.select(facts).collect(engine="streaming") if facts else pl.DataFrame()
    return pl.Schema({name: _settled(name, kind, found) for name, kind in schema.items()})


def header(content: Content, path: Path) -> list[str]:
    """Return a CSV file's column names as they are written, repetitions included."""
    lines = scan_csv(content, content.open(path), infer_schema=False, has_header=False)
    names = [name or "" for row in lines.first().collect().rows() for name in row]
    return names if "" not in names else _all_text(content, path).collect_schema().names()


def _all_text(content: Content, path: Path) -> pl.LazyFrame:
    return scan_csv(content, content.open(path), infer_schema=False)


def is_cut_off(content: Content, path: Path, line: str) -> bool:
    """Whether a file's last line has fewer values than there are columns."""
    try:
        values = next(csv.reader([line], delimiter=content.separator))
    except csv.Error as error:
        if "field larger than field limit" not in str(error):
            raise
        return False
    # Whoever reads exports raises that limit for the whole process; of so long a value nothing is known either way.
    known = all(len(value) <= _LONGEST_VALUE for value in values)
    return known and len(values) < len(header(content, path))


def _facts(name: str, kind: pl.DataType, head: pl.Series) -> list[pl.Expr]:
    """Return what must be known of all values of a column, under names that `_settled` looks for."""
    text = pl.col(name)
    if kind.is_integer():
        other = text.ne_missing(text.cast(kind, strict=False).cast(pl.String))
        odd = ~text.str.contains(_WHOLE)
        return [other.any().alias(f"other:{name}"), odd.any().alias(f"odd:{name}")]
    if kind == pl.Boolean:
        other = text.is_not_null() & ~text.is_in(_BOOLEAN_WORDS)
        return [other.any().alias(f"other:{name}")]
    if kind.is_numeric():
        # The parser skips spaces before a number.
        number = text.str.strip_chars_start(" ").cast(kind, strict=False)
        other = text.is_not_null() & number.is_null()
        return [other.any().alias(f"other:{name}")]
    if head.null_count() == len(head):
        return [text.is_not_null().any().alias(f"any:{name}")]
    return []


def _settled(name: str, kind: pl.DataType, found: pl.DataFrame) -> pl.DataType:
    facts = {key: found[key].item() for key in found.columns if key.partition(":")[2] == name}
    if facts.get(f"any:{name}") is False:
        return pl.Null()
    if kind == pl.Int128:
        return pl.String()
    if not facts.get(f"other:{name}"):
        return kind
    return pl.Float64() if facts.get(f"odd:{name}") is False else pl.String()
