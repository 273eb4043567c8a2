"""DuckDB SQL as an expert would write it: dense user ids, a bit mask per user, two sorts in the walk."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from benchmarks.peers.workload import (
    GOAL,
    INTERACTED,
    ZONE,
    Numbers,
    Workload,
    happened,
    mask_of,
    read_workload,
)

READ = (
    """
CREATE TEMP TABLE people AS
SELECT user_id, row_number() OVER ()::UINTEGER AS person FROM (SELECT DISTINCT user_id FROM read_parquet('{events}'))
""",
    """
CREATE TEMP TABLE repeated AS SELECT event_id FROM read_parquet('{events}') GROUP BY ALL HAVING count(*) > 1
""",
    """
CREATE TEMP TABLE ev AS
WITH rows AS (
  SELECT user_id, campaign_id, coalesce(action_id, '') AS action, event, timestamp AS t, event_id
  FROM read_parquet('{events}')
),
once AS (
  FROM rows ANTI JOIN repeated USING (event_id)
  UNION ALL
  (SELECT DISTINCT ON (event_id) * FROM rows SEMI JOIN repeated USING (event_id) ORDER BY event_id, t)
)
SELECT person, code, t, event_id FROM once JOIN people USING (user_id) JOIN book USING (action, event)
WHERE campaign_id IS NULL OR campaign_id = '{campaign}'
""",
)

FOLD = """
CREATE TEMP TABLE folded AS
SELECT person, bit_or(bit) AS mask, count(*) FILTER (root) AS roots,
  coalesce(bool_or(held) FILTER (root), false) AS held
FROM ev JOIN book USING (code) GROUP BY person
"""

# Who had one root and no goal has one entry and no conversion, and need not walk. Where the order
# is one number, a running maximum tells which came last: a root, or what closes an entry.
WALK = """
CREATE TEMP TABLE walked AS
WITH walkers AS (
  SELECT person, mask & {goal} <> 0 AS goes FROM folded WHERE roots > 1 OR (roots > 0 AND mask & {goal} <> 0)
),
steps AS (
  SELECT person, t, code, role, root, held, (epoch_us(t) * 4 + role)::HUGEINT * 4294967296 + event_id AS place
  FROM ev JOIN book USING (code) JOIN walkers USING (person) WHERE role IN (0, 2, 3) OR (role = 1 AND goes)
),
looked AS (
  SELECT *,
    max(t) FILTER (role = 0) OVER before AS received_at,
    max(place) FILTER (role >= 2) OVER before AS closer,
    max(place) FILTER (root) OVER before AS root_before
  FROM steps
  WINDOW before AS (PARTITION BY person ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT person, t, code, role, held, place,
  count(*) FILTER (root AND (root_before IS NULL OR closer > root_before OR t - received_at > INTERVAL {days} DAY))
    OVER (PARTITION BY person ORDER BY place ROWS UNBOUNDED PRECEDING) AS entry
FROM looked
"""

CONVERSIONS = """
CREATE TEMP TABLE conversions AS
WITH entries AS (
  SELECT person, entry, arg_min(held, place) FILTER (role = 0) AS held_back,
    least(max(t) FILTER (role = 0) + INTERVAL {days} DAY, min(t) FILTER (role = 3)) AS ends
  FROM walked WHERE entry > 0 GROUP BY ALL HAVING bool_or(role = 2)
),
first AS (
  SELECT person, entry, any_value(held_back) AS held_back, min(place) AS goal
  FROM walked JOIN entries USING (person, entry) WHERE role = 2 AND t <= ends GROUP BY ALL
)
SELECT person, any_value(held_back) AS held_back, CASE WHEN NOT any_value(held_back) THEN coalesce(
    arg_max(code, place) FILTER (role = 1), arg_max(code, place) FILTER (role = 0 AND NOT held)) END AS code
FROM first JOIN walked USING (person, entry) WHERE place < goal GROUP BY person, entry
"""

# Whoever need not walk has one entry, held back if its only root was.
ENTRIES = """
CREATE TEMP TABLE entries AS
SELECT person, held AS held_back FROM folded WHERE roots = 1 AND mask & {goal} = 0
UNION ALL
SELECT person, arg_min(held, place) FILTER (role = 0) FROM walked WHERE entry > 0 GROUP BY person, entry
"""

ONLY_HELD = """
CREATE TEMP TABLE only_held AS SELECT person FROM entries GROUP BY person HAVING bool_and(held_back)
"""

SUMS = """
SELECT
  (SELECT count(*) FROM entries WHERE NOT held_back) AS users,
  (SELECT count(DISTINCT person) FROM entries WHERE NOT held_back) AS unique_users,
  (SELECT count(*) FROM folded ANTI JOIN only_held USING (person) WHERE mask & {touches} <> 0) AS engaged,
  (SELECT count(*) FROM conversions WHERE NOT held_back) AS conversions,
  (SELECT count(DISTINCT person) FROM conversions WHERE NOT held_back) AS unique_converters,
  (SELECT count(*) FROM conversions WHERE NOT held_back) AS converted_entries,
  (SELECT count(*) FROM entries WHERE held_back) AS held_back_entries,
  (SELECT count(DISTINCT person) FROM entries WHERE held_back) AS held_back_users,
  (SELECT count(*) FROM conversions WHERE held_back) AS held_back_conversions
"""

DAILY = f"""
SELECT 'engaged on ' || (t AT TIME ZONE '{ZONE}')::DATE, count(DISTINCT person)
FROM ev JOIN book USING (code) ANTI JOIN only_held USING (person) WHERE role = 1 GROUP BY ALL
"""

COUNTS = "SELECT code, count(*) FROM ev GROUP BY code"

ATTRIBUTED = "SELECT code, count(*) FROM conversions WHERE code IS NOT NULL GROUP BY code"


def first_paint(folder: Path, prepared: Path | None = None) -> Numbers:
    """Everything a dashboard needs to appear; with a prepared database, without reading the files."""
    work = read_workload(folder)
    given = _given(work)
    sql = duckdb.connect() if prepared is None else duckdb.connect(prepared, read_only=True)
    sql.execute("SET TimeZone = 'UTC'")
    if prepared is None:
        _write_book(sql, work)
    for step in (*(READ if prepared is None else ()), FOLD, WALK, CONVERSIONS, ENTRIES, ONLY_HELD):
        sql.execute(step.format_map(given))
    numbers = _row(sql, SUMS.format_map(given)) | _users(sql, work)
    numbers |= work.event_counts(sql.execute(COUNTS).fetchall())
    numbers |= work.attributed(sql.execute(ATTRIBUTED).fetchall())
    return numbers | dict(sql.execute(DAILY).fetchall())


def prepare(folder: Path, database: Path) -> None:
    """Write what `first_paint` reads first into a database: coded events of numbered users, sorted."""
    work = read_workload(folder)
    with duckdb.connect(database) as sql:
        sql.execute("SET TimeZone = 'UTC'")
        _write_book(sql, work)
        for step in READ:
            sql.execute(step.format_map(_given(work)))
        sql.execute("CREATE TABLE kept AS SELECT * FROM ev ORDER BY person, t")
        for name, source in (("ev", "kept"), ("book", "book"), ("people", "people")):
            sql.execute(f"CREATE TABLE main.{name} AS SELECT * FROM {source}")
        sql.execute("DROP TABLE kept")


def _given(work: Workload) -> dict[str, object]:
    return {
        "events": work.events,
        "campaign": work.campaign,
        "days": work.window_days,
        "goal": _bits(rule.code for rule in work.rules if rule.role == GOAL),
        "touches": _bits(rule.code for rule in work.rules if rule.role == INTERACTED),
    }


def _write_book(sql: duckdb.DuckDBPyConnection, work: Workload) -> None:
    assert len(work.rules) <= 128, "more bits than a UHUGEINT has"  # noqa: PLR2004 - its width
    sql.execute(
        "CREATE TEMP TABLE book"
        " (code UTINYINT, bit UHUGEINT, action VARCHAR, event VARCHAR, role UTINYINT, root BOOL, held BOOL)"
    )
    rows = [
        (r.code, str(mask_of([r.code])), r.action, r.event, r.role, r.root, r.held)
        for r in work.rules
    ]
    sql.executemany("INSERT INTO book VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def _bits(codes: Iterable[int]) -> str:
    return f"{mask_of(codes)}::UHUGEINT"


def _users(sql: duckdb.DuckDBPyConnection, work: Workload) -> Numbers:
    # Many users share a mask, and words of 128 bits are slow to test.
    columns = []
    for name, sets in work.user_sets.items():
        test = " AND ".join(f"mask & {_bits(codes)} <> 0" for codes in sets)
        columns.append(f'coalesce(sum(users) FILTER ({test}), 0)::BIGINT AS "{name}"')
    masks = "(SELECT mask, count(*) AS users FROM folded GROUP BY mask)"
    return happened(_row(sql, f"SELECT {', '.join(columns)} FROM {masks}"))


def _row(sql: duckdb.DuckDBPyConnection, query: str) -> Numbers:
    """The only row of an answer, by the names of its columns."""
    answer = sql.execute(query)
    names = [column[0] for column in answer.description or ()]
    found = answer.fetchone()
    assert found is not None
    return dict(zip(names, found, strict=True))
