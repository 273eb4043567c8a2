"""SQLFrame's DataFrame, of any of its warehouses, with what queries as long as ours need of it."""

from copy import copy
from functools import cache
from hashlib import blake2b
from importlib import import_module
from typing import Any
from uuid import uuid4

from results_widgets.sources.engines.warehouse.dialects import Dialect, dialect_of
from results_widgets.sources.engines.warehouse.flags import mark_flags
from results_widgets.sources.engines.warehouse.mended import mended
from results_widgets.sources.engines.warehouse.parts import hold_parts, with_all_parts
from results_widgets.sources.engines.warehouse.rows import fetched
from results_widgets.sources.engines.warehouse.session import state_of
from results_widgets.sources.engines.warehouse.types import described


def as_frame(native: Any, flags: frozenset[str] | None = None) -> Any:
    """Return a DataFrame of SQLFrame as one of our own kind, and its session as the one in use.

    Args:
        native: The DataFrame.
        flags: Which of its columns are truth values; None if only the warehouse knows.
    """
    # Narwhals takes functions from the session that SQLFrame was last told of, by this.
    copy(native.session)
    _offer_functions(native.session.execution_dialect_name)
    if isinstance(native, _Asked):
        return native
    # A copy of a table is a DataFrame.
    plain = native.copy()
    native_kind: Any = type(plain)
    frame = _kind(native_kind)(**vars(plain))
    if _dialect(native).counts_flags:
        return frame
    if flags is None:
        found = (one.name for one in frame.schema if one.dataType.typeName() == "boolean")
        flags = frozenset(name.lower() for name in found)
    frame = frame._convert_leaf_to_cte()
    mark_flags(frame.expression, flags)
    return frame


@cache
def _offer_functions(dialect: str) -> None:
    """Offer Narwhals functions that SQLFrame does not list for a database: it has them once a query is `mended`."""
    from sqlframe.base import functions

    own: Any = import_module(f"sqlframe.{dialect}.functions")
    for name in ("isnull", "last_value", "median", "regexp", "substr"):
        if not hasattr(own, name):
            setattr(own, name, getattr(functions, name))


def _dialect(native: Any) -> Dialect:
    return dialect_of(native.session.execution_dialect_name)


@cache
def _kind(native: Any) -> Any:
    return type(native.__name__, (_Asked, native), {})


class _Asked:
    """What a DataFrame does otherwise than SQLFrame has it do."""

    session: Any
    expression: Any

    def copy(self, **changed: Any) -> Any:
        """Return a copy; SQLFrame's own copies the whole query also where another takes its place."""
        changed["join_on_uuid"] = str(uuid4())
        kept = {name: one for name, one in vars(self).items() if name not in changed}
        copied = {
            name: one.copy() if hasattr(one, "copy") else copy(one) for name, one in kept.items()
        }
        return type(self)(**copied, **changed)

    def _create_hash_from_expression(self, expression: Any) -> str:
        # SQLFrame names a part of a query by eight digits of its checksum, and takes two parts with
        # the same name for one: of a hundred thousand long queries some would answer wrongly.
        sql = expression.sql(dialect=self.session.input_dialect)
        return f"t{blake2b(sql.encode(), digest_size=10).hexdigest()}"

    def _replace_cte_names_with_hashes(self, expression: Any) -> Any:
        # They are hashes already.
        return expression

    def _convert_leaf_to_cte(self, *what: Any, **named: Any) -> Any:
        found = super()._convert_leaf_to_cte(*what, **named)  # type: ignore[misc]
        hold_parts(found.expression)
        return found

    def _whole(self) -> Any:
        query = mended(with_all_parts(self.expression), _dialect(self))
        return self.copy(expression=query)

    def _get_expressions(self, **how: Any) -> list[Any]:
        return list(super(_Asked, self._whole())._get_expressions(**how))  # type: ignore[misc]

    @property
    def _typed_columns(self) -> list[Any]:
        session, dialect = self.session, _dialect(self)
        with state_of(session).turn:
            before = {*session.known_ids}
            try:
                if dialect.types_by_number:
                    return described(self._whole())
                told = list(super(_Asked, self._whole())._typed_columns)  # type: ignore[misc]
            finally:
                # SQLFrame learns types from a view, which it would leave behind.
                for name in session.known_ids - before - session.known_sequence_ids:
                    session._execute(f"DROP VIEW IF EXISTS {name}")
        known = dialect.told_types
        return [one._replace(dataType=known.get(one.dataType, one.dataType)) for one in told]

    def toArrow(self) -> Any:  # noqa: N802 - PySpark's name, which Narwhals asks for
        """Return the rows as an Arrow table."""
        try:
            with state_of(self.session).turn:
                return super().toArrow()  # type: ignore[misc]
        except NotImplementedError:
            return fetched(self)
