"""What is read: files, folders and frames, lazily."""

from results_widgets.sources.tables import find_files, read_table

__all__ = ["find_files", "read_table"]
