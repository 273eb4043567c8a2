"""ClickHouse SQL, in this process by chDB: dense user ids, a bit mask per user, windows for the walk."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chdb.session import Session

from benchmarks.peers.workload import (
    GOAL,
    INTERACTED,
    TOTALS,
    ZONE,
    Numbers,
    Workload,
    happened,
    mask_of,
    read_workload,
)

# Types given beforehand: nulls become empty texts, and the few names become dictionaries.
EVENTS = (
    "file('{files}', Parquet, 'user_id String, campaign_id LowCardinality(String), action_id LowCardinality(String),"
    " event LowCardinality(String), timestamp DateTime64(6, \\'UTC\\'), event_id Int64')"
)

READ = (
    """
CREATE TABLE people ENGINE = Join(ANY, LEFT, user_id) AS
SELECT user_id, toUInt32(rowNumberInAllBlocks()) AS person FROM (SELECT DISTINCT user_id FROM {events})
""",
    """
CREATE TABLE repeated ENGINE = Set AS SELECT event_id FROM {events} GROUP BY event_id HAVING count() > 1
""",
    """
CREATE TABLE ev ENGINE = Memory AS
SELECT joinGet('people', 'person', user_id) AS person, code, timestamp AS t, event_id
FROM (
  SELECT *, transform(concat(action_id, ' ', event), {names}, {codes}, 255)::UInt8 AS code FROM (
    SELECT * FROM {events} WHERE event_id NOT IN repeated
    UNION ALL
    SELECT * FROM {events} WHERE event_id IN repeated ORDER BY event_id, timestamp LIMIT 1 BY event_id
  ) WHERE campaign_id IN ('', '{campaign}')
) WHERE code <> 255
""",
)

FOLD = """
CREATE TABLE folded ENGINE = Memory AS
SELECT person, groupBitOr(bitShiftLeft(toUInt128(1), code)) AS mask, countIf(code IN {roots}) AS roots,
  max(code IN {roots} AND code IN {held}) AS held
FROM ev GROUP BY person
"""

# Who had one root and no goal has one entry and no conversion, and need not walk. Where the order
# is one number, a running maximum tells which came last: a root, or what closes an entry.
WALK = """
CREATE TABLE walked ENGINE = Memory AS
WITH
  (SELECT groupBitmapState(person) FROM folded WHERE roots > 1 OR (roots > 0 AND bitAnd(mask, {goal}) <> 0)) AS walkers,
  (SELECT groupBitmapState(person) FROM folded WHERE roots > 0 AND bitAnd(mask, {goal}) <> 0) AS goers,
steps AS (
  SELECT person, toUnixTimestamp64Micro(t) AS at, code,
    transform(code, {codes}, {roles}, 4)::UInt8 AS role, code IN {roots} AS root, code IN {held} AS held,
    toInt128(at * 4 + role) * 4294967296 + event_id AS place
  FROM ev WHERE bitmapContains(walkers, person) AND (role IN (0, 2, 3) OR (role = 1 AND bitmapContains(goers, person)))
),
looked AS (
  SELECT *,
    maxIf(at, role = 0) OVER before AS received_at,
    maxIf(place, role >= 2) OVER before AS closer,
    maxIf(place, root) OVER before AS root_before
  FROM steps
  WINDOW before AS (PARTITION BY person ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT person, at, code, role, held, place,
  countIf(root AND (root_before = 0 OR closer > root_before OR at - received_at > {span}))
    OVER (PARTITION BY person ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS entry
FROM looked
"""

CONVERSIONS = """
CREATE TABLE conversions ENGINE = Memory AS
WITH entries AS (
  SELECT person, entry, argMinIf(held, place, role = 0) AS held_back,
    least(maxIf(at, role = 0) + {span}, minOrNullIf(at, role = 3)) AS ends,
    arraySort(groupArrayIf((place, at), role = 2)) AS goals
  FROM walked WHERE entry > 0 GROUP BY person, entry HAVING notEmpty(goals)
),
first AS (
  SELECT person, entry, held_back, arrayFirst(goal -> goal.2 <= ends, goals).1 AS goal FROM entries WHERE goal > 0
)
SELECT person, any(first.held_back) AS withheld, if(withheld, NULL, coalesce(
    argMaxOrNullIf(code, place, role = 1), argMaxOrNullIf(code, place, role = 0 AND NOT held))) AS code
FROM walked JOIN first USING (person, entry) WHERE place < goal GROUP BY person, entry
"""

# Whoever need not walk has one entry, held back if its only root was.
ENTRIES = """
CREATE TABLE entries ENGINE = Memory AS
SELECT person, held AS withheld FROM folded WHERE roots = 1 AND bitAnd(mask, {goal}) = 0
UNION ALL
SELECT person, argMinIf(held, place, role = 0) AS withheld FROM walked WHERE entry > 0 GROUP BY person, entry
"""

ONLY_HELD = """
CREATE TABLE only_held ENGINE = Set AS SELECT person FROM entries GROUP BY person HAVING min(withheld) = 1
"""

SUMS = """
SELECT
  (SELECT count() FROM entries WHERE withheld = 0),
  (SELECT uniqExact(person) FROM entries WHERE withheld = 0),
  (SELECT count() FROM folded WHERE bitAnd(mask, {touched}) <> 0 AND person NOT IN only_held),
  (SELECT count() FROM conversions WHERE withheld = 0),
  (SELECT uniqExact(person) FROM conversions WHERE withheld = 0),
  (SELECT count() FROM conversions WHERE withheld = 0),
  (SELECT count() FROM entries WHERE withheld = 1),
  (SELECT uniqExact(person) FROM entries WHERE withheld = 1),
  (SELECT count() FROM conversions WHERE withheld = 1)
"""

DAILY = f"""
SELECT concat('engaged on ', toString(toDate(t, '{ZONE}'))), uniqExact(person)
FROM ev WHERE code IN {{touches}} AND person NOT IN only_held GROUP BY 1
"""


COUNTS = "SELECT code, count() FROM ev GROUP BY code"

ATTRIBUTED = "SELECT code, count() FROM conversions WHERE code IS NOT NULL GROUP BY code"


def first_paint(folder: Path) -> Numbers:
    """Everything a dashboard needs to appear."""
    work = read_workload(folder)
    given = _given(work)
    with Session() as sql:
        for step in (*READ, FOLD, WALK, CONVERSIONS, ENTRIES, ONLY_HELD):
            sql.query(step.format_map(given))
        (sums,) = _rows(sql, SUMS.format_map(given))
        numbers: Numbers = dict(zip(TOTALS, sums, strict=True)) | _users(sql, work)
        numbers |= work.event_counts(_rows(sql, COUNTS))
        numbers |= work.attributed(_rows(sql, ATTRIBUTED))
        return numbers | dict(_rows(sql, DAILY.format_map(given)))


def _given(work: Workload) -> dict[str, object]:
    """The campaign's rules as SQL literals."""
    rules = work.rules
    assert len(rules) <= 128, "more bits than a UInt128 has"  # noqa: PLR2004 - its width
    return {
        "events": EVENTS.format(files=work.events),
        "campaign": work.campaign,
        "names": [f"{rule.action} {rule.event}" for rule in rules],
        "codes": [rule.code for rule in rules],
        "roles": [rule.role for rule in rules],
        "roots": tuple(rule.code for rule in rules if rule.root),
        "held": tuple(rule.code for rule in rules if rule.held),
        "touches": tuple(rule.code for rule in rules if rule.role == INTERACTED),
        "goal": _bits(rule.code for rule in rules if rule.role == GOAL),
        "touched": _bits(rule.code for rule in rules if rule.role == INTERACTED),
        "span": work.window_days * 86_400_000_000,
    }


def _bits(codes: Iterable[int]) -> str:
    return f"toUInt128('{mask_of(codes)}')"


def _users(sql: Session, work: Workload) -> Numbers:
    # Many users share a mask, and words of 128 bits are slow to test.
    columns = []
    for sets in work.user_sets.values():
        test = " AND ".join(f"bitAnd(mask, {_bits(codes)}) <> 0" for codes in sets)
        columns.append(f"sumIf(users, {test})")
    masks = "(SELECT mask, count() AS users FROM folded GROUP BY mask)"
    (found,) = _rows(sql, f"SELECT {', '.join(columns)} FROM {masks}")
    return happened(dict(zip(work.user_sets, found, strict=True)))


def _rows(sql: Session, query: str) -> list[Any]:
    settings = " SETTINGS output_format_json_quote_64bit_integers = 0"
    found: list[Any] = json.loads(sql.query(query + settings, "JSONCompact").data())["data"]
    return found
