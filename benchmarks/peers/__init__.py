"""The first paint by hand, as an expert would write it in other engines, beside ours.

Each module has ``first_paint(folder) -> dict[str, float]``: the same numbers under the same names, from
files. What they must agree on is written in `workload`.
"""
