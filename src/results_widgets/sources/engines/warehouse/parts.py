"""The parts of a long query, kept beside it instead of in it.

SQLFrame writes each step as a part of its own (``WITH``), and copies all parts at each step: a query
of a hundred steps is copied ten thousand times. Here a query holds its last parts only; each table
that names an earlier one refers to it, and copies of the query share it.
"""

from typing import Any, Final

_PART: Final = "results_widgets_part"
_PLACES: Final = ("line", "col", "start", "end")


class Part:
    """A part of a query, which is never changed."""

    def __init__(self, cte: Any) -> None:
        self.cte = cte

    def __deepcopy__(self, memo: dict[int, Any]) -> "Part":
        return self


def hold_parts(query: Any) -> None:
    """Take all parts but the last out of a query; what names one refers to it."""
    from sqlglot import exp

    parts = query.args["with_"]
    *earlier, last = parts.expressions
    _forget_places(last)
    if not earlier or parts.args.get("recursive"):
        return
    known: dict[str, Part] = {}
    for cte in (*earlier, last):
        for table in cte.this.find_all(exp.Table):
            if table.name in known and not table.db:
                table.meta.setdefault(_PART, known[table.name])
        known[cte.alias_or_name] = Part(cte)
    query.set("with_", exp.With(expressions=[last]))


def _forget_places(cte: Any) -> None:
    """Take from a part's names where each stood in the text it was read from: a sixth of what copies would copy."""
    for node in cte.walk():
        for key in _PLACES if node._meta else ():
            node._meta.pop(key, None)
        node._meta = node._meta or None


def with_all_parts(query: Any) -> Any:
    """Return a copy of a query with all its parts, each after those that it names."""
    from sqlglot import exp

    whole, found = query.copy(), dict[str, Any]()

    def collect(some: Any) -> None:
        for table in some.find_all(exp.Table):
            part = table.meta_get(_PART)
            if part is not None and table.name not in found:
                collect(part.cte.this)
                found[table.name] = part.cte.copy()

    own = whole.args.get("with_")
    for cte in own.expressions if own else ():
        collect(cte.this)
        found.setdefault(cte.alias_or_name, cte)
    whole_parts = exp.With(expressions=[*found.values()])
    if own and own.args.get("recursive"):
        whole_parts.set("recursive", True)
    if found:
        whole.set("with_", whole_parts)
    return whole
