"""Files of lines as sources write them: CSV or NDJSON by their names, compressed where they say so."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

KINDS = ["csv", "csv.gz", "ndjson"]
MANY = 10_001
"""More lines than types are inferred from in CSV."""


def write_lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write rows, one a line; the names of a CSV file are the first row's."""
    if "csv" in path.name:
        cells = [["" if cell is None else str(cell) for cell in row.values()] for row in rows]
        text = "\n".join(map(",".join, [list(rows[0]), *cells]))
    else:
        text = "\n".join(map(json.dumps, rows))
    data = f"{text}\n".encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
