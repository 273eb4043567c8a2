"""What is read: files, folders and frames, lazily; and what is new in them since."""

from results_widgets.sources.growth import Growth, Problem, behind
from results_widgets.sources.parts import Files
from results_widgets.sources.paths import Folder, expand, find_files, items_of
from results_widgets.sources.tables import frame_of, read_table

__all__ = [
    "Files",
    "Folder",
    "Growth",
    "Problem",
    "behind",
    "expand",
    "find_files",
    "frame_of",
    "items_of",
    "read_table",
]
