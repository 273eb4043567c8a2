"""A warehouse as an engine: the SQLFrame session behind a DataFrame."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import uuid4
from weakref import finalize

import narwhals as nw
import polars as pl

from results_widgets._io import whole_file
from results_widgets.errors import EventsError
from results_widgets.sources.engines.base import Rows, as_rows
from results_widgets.sources.engines.warehouse.dialects import dialect_of
from results_widgets.sources.engines.warehouse.flags import flags_of
from results_widgets.sources.engines.warehouse.frame import as_frame
from results_widgets.sources.engines.warehouse.rows import polars_batches
from results_widgets.sources.engines.warehouse.session import keep_tables_of, state_of
from results_widgets.sources.engines.warehouse.upload import values

_SMALL: Final = 100
"""How many rows travel within each query that needs them."""

_NAME: Final = re.compile("[A-Za-z_][A-Za-z0-9_]*")

_BATCH: Final = 1_000
"""How many rows are sent in one statement."""


class Warehouse:
    """The session behind a DataFrame; materialised rows become its temporary tables."""

    lasting = True

    def __init__(self, native: Any) -> None:
        self._session = native.session
        own = dialect_of(self._session.execution_dialect_name)
        self.name, self.dialect, self._own = own.name, own.sql, own
        self._state = state_of(self._session)
        if own.opens_session:
            keep_tables_of(self._session)

    def rows_of(self, native: Any) -> Rows:
        """See `Engine`.

        Raises:
            EventsError: A column's name would be read as an expression.
        """
        _check_names(native.columns)
        return as_rows(as_frame(native))

    def upload(self, frame: pl.DataFrame) -> Rows:
        """See `Engine`."""
        _check_names(frame.columns)
        # SQLFrame, like Spark, takes names for the same whatever their letters' case, and shows them as given.
        shown = {name.lower(): name for name in frame.columns}
        frame = frame.rename(str.lower)
        if frame.height <= _SMALL:
            query = values(frame)
            return self._asked(query, shown, flags_of(query))
        first, *rest = frame.iter_slices(_BATCH)
        query = values(first)
        name = self._create(query)
        for more in rest:
            self._run(_insert(name, values(more)))
        token = _Token()
        finalize(token, self._state.unused.append, name).atexit = False
        return self._asked(_all_of(name, query, token), shown, flags_of(query))

    def materialise(self, rows: Rows) -> tuple[Rows, Callable[[], object]]:
        """See `Engine`."""
        native = rows.to_native().copy()
        # Names are shown as they were given only when all is done.
        shown, native.display_name_mapping = native.display_name_mapping, {}
        query = native._get_expressions(optimize=False)[-1]
        name = self._create(query)
        table = self._asked(_all_of(name, query), shown, flags_of(query))
        # Python may free things in the middle of a query, on the only cursor there is.
        return table, partial(self._state.unused.append, name)

    def _asked(self, query: Any, shown: Mapping[str, str], flags: frozenset[str]) -> Rows:
        native = self._session._create_df(query, display_name_mapping={**shown})
        return as_rows(as_frame(native, flags))

    def _create(self, query: Any) -> str:
        while self._state.unused:
            self._run(f"DROP TABLE IF EXISTS {self._state.unused.popleft()}")
        name = f"results_widgets_{uuid4().hex}"
        # Said here, as SQLFrame makes a view of a temporary table of Databricks.
        self._run(f"CREATE TEMPORARY TABLE {name} AS {self._session._to_sql(query)}")
        return name

    def _run(self, statement: Any) -> None:
        session = self._session
        with self._state.turn:
            session._execute(
                statement if isinstance(statement, str) else session._to_sql(statement)
            )

    def with_epoch_micros(self, rows: Rows, column: str) -> Rows:
        """See `Engine`."""
        naive = getattr(rows.collect_schema()[column], "time_zone", None) is None
        sql = self._own.naive_micros if naive else self._own.micros
        return as_rows(self._with_sql(rows, {"time": sql.format(column)}))

    def with_sql(self, rows: Rows, columns: Mapping[str, str]) -> Rows:
        """See `SqlEngine`."""
        native = self._with_sql(rows, columns)
        if self._own.inlines_parts:
            native = native._convert_leaf_to_cte()
            # What is added by SQL is nested dozens of times: inlined, it grows beyond the database's memory.
            native.expression.ctes[-1].set("materialized", True)
        return as_rows(native)

    def _with_sql(self, rows: Rows, columns: Mapping[str, str]) -> Any:
        from sqlframe.base.column import Column
        from sqlglot import parse_one

        dialect = self._session.execution_dialect
        added = {name: Column(parse_one(sql, dialect=dialect)) for name, sql in columns.items()}
        return rows.to_native().withColumns(added)

    def values_at_ranks(
        self,
        rows: Rows,
        column: str,
        ranks: Sequence[int],
        count: int,  # noqa: ARG002
    ) -> list[float]:
        """See `Engine`."""
        known = rows.select(column).filter(~nw.col(column).is_null())
        places = known.with_row_index("_rank", order_by=column)
        found = places.filter(nw.col("_rank").is_in([*{*ranks}])).collect("polars").to_native()
        by_rank = dict(found.select("_rank", column).iter_rows())
        return [by_rank[rank] for rank in ranks]

    def write_parquet(self, rows: Rows, path: Path) -> None:
        """See `Engine`."""
        from pyarrow.parquet import ParquetWriter

        batches = polars_batches(rows.to_native())
        first = next(batches).to_arrow()
        with (
            whole_file(path, private=True) as unfinished,
            ParquetWriter(unfinished, first.schema) as writer,
        ):
            writer.write_table(first)
            for more in batches:
                writer.write_table(more.to_arrow().cast(first.schema))


def _check_names(names: Sequence[str]) -> None:
    """Refuse columns that cannot be named in a query: SQLFrame reads names as it reads SQL."""
    odd = [name for name in names if _NAME.fullmatch(name) is None]
    if odd:
        raise EventsError(
            f"events, users: column {odd[0]!r} has a name that SQLFrame reads as an expression; "
            "rename it where the table is made, or leave it out: only letters of ASCII, digits and _ will do"
        )


def _insert(name: str, query: Any) -> Any:
    from sqlglot import exp

    return exp.Insert(this=exp.to_table(name), expression=query)


def _all_of(name: str, query: Any, token: "_Token | None" = None) -> Any:
    """Return a query of a table that was made by another query; the token goes with the last copy of it."""
    from sqlglot import exp

    table = exp.to_table(name)
    if token is not None:
        table.meta["results_widgets_table"] = token
    named = (one.args["alias"] if isinstance(one, exp.Alias) else one.this for one in query.selects)
    return exp.select(*(exp.Column(this=one.copy()) for one in named)).from_(table)


class _Token:
    """What queries of a table hold: copies of a query share it."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Token":
        return self
