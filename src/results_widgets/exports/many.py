"""Records of files, many at once: the same as `records.records_of` gives one after another."""

from collections.abc import Iterator
from pathlib import Path

from results_widgets.exports.arrays import array_batches
from results_widgets.exports.avro_tables import avro_tables
from results_widgets.exports.batches import Raw
from results_widgets.exports.csv_tables import csv_tables
from results_widgets.exports.json_lines import is_lines, line_batches
from results_widgets.exports.json_values import Refuse
from results_widgets.exports.lines import LineReader
from results_widgets.exports.records import (
    encoding_of,
    head_of,
    open_plain,
    records_of,
    refusing,
    refusing_parquet,
    scan_parquet,
)
from results_widgets.exports.tables import tables_of
from results_widgets.exports.vendor import Placed


def batches_of(path: Path, kind: str, refuse: Refuse, read: LineReader) -> Iterator[Raw | Placed]:
    """Return the records of a file, many at once where they come so.

    Args:
        path: The file.
        kind: How it is read; see `records.format_of`.
        refuse: Called with what cannot be read.
        read: Reads objects of JSON.

    Raises:
        MissingExtraError: It is Avro, and fastavro is not installed.
    """
    file = str(path)
    with refusing(path, refuse):
        if kind == "parquet":
            with refusing_parquet(path, refuse):
                yield from tables_of(scan_parquet(path), file)
            return
        head = head_of(path)
        if kind == "avro":
            with open_plain(path) as raw:
                yield from avro_tables(raw, file, refuse)
        elif encoding_of(head) == "utf-16":
            yield from records_of(path, kind, refuse)
        else:
            with open_plain(path) as raw:
                if kind == "csv":
                    yield from csv_tables(raw, file, refuse)
                elif is_lines(head):
                    yield from line_batches(raw, file, refuse, read)
                else:
                    yield from array_batches(raw, file, refuse, read.array)
