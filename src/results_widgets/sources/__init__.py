"""Sources: files, folders and frames read lazily, and what has changed in them since."""

from results_widgets.sources.elsewhere import (
    Elsewhere,
    Snapshot,
    delta,
    iceberg,
    located,
    with_options,
)
from results_widgets.sources.file_set import FileSet
from results_widgets.sources.growth import Growth, Problem, appended
from results_widgets.sources.paths import (
    Folder,
    expand,
    find_files,
    list_files,
    path_items,
    pinned,
    reads_path,
)
from results_widgets.sources.read import read_table, to_polars
from results_widgets.sources.sql import Query, sql

__all__ = [
    "Elsewhere",
    "FileSet",
    "Folder",
    "Growth",
    "Problem",
    "Query",
    "Snapshot",
    "appended",
    "delta",
    "expand",
    "find_files",
    "iceberg",
    "list_files",
    "located",
    "path_items",
    "pinned",
    "read_table",
    "reads_path",
    "sql",
    "to_polars",
    "with_options",
]
