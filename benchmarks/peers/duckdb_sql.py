"""DuckDB SQL, one table of the campaign's rows and a query per answer."""

from pathlib import Path

import duckdb

from benchmarks.peers.workload import ZONE, Numbers, Workload, read_workload

WALK = """
CREATE TEMP TABLE walked AS
WITH goalers AS (SELECT DISTINCT user_id FROM ev WHERE event = $goal),
steps AS (
  SELECT ev.*, CASE WHEN event = 'exited' THEN 3 WHEN event = $goal THEN 2 WHEN received THEN 0 ELSE 1 END AS role
  FROM ev
  WHERE received OR event IN ('exited', $goal) OR (interacted AND user_id IN (FROM goalers))
),
looked AS (
  SELECT *,
    max(CASE WHEN role = 0 THEN t END) OVER before AS last_received,
    count(CASE WHEN role >= 2 THEN 1 END) OVER before AS closers
  FROM steps
  WINDOW before AS (PARTITION BY user_id ORDER BY t, role, event_id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
closed AS (
  SELECT *, max(CASE WHEN root THEN closers END) OVER (
    PARTITION BY user_id ORDER BY t, role, event_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS closers_then
  FROM looked
)
SELECT *, count(CASE WHEN root AND (closers_then IS NULL OR closers > closers_then
                                    OR t - last_received > INTERVAL (window_days) DAY) THEN 1 END)
  OVER (PARTITION BY user_id ORDER BY t, role, event_id ROWS UNBOUNDED PRECEDING) AS entry
FROM closed, (SELECT $window_days AS window_days)
"""

ENTRIES = """
CREATE TEMP TABLE entries AS
SELECT user_id, entry, arg_min(held, (t, role, event_id)) FILTER (role = 0) AS held,
  least(max(t) FILTER (role = 0) + INTERVAL ($window_days) DAY, min(t) FILTER (role = 3)) AS ends
FROM walked WHERE entry > 0 GROUP BY user_id, entry
"""

CONVERSIONS = """
CREATE TEMP TABLE conversions AS
WITH first AS (
  SELECT user_id, entry, any_value(entries.held) AS held, arg_min((t, role, event_id), (t, role, event_id)) AS place
  FROM walked JOIN entries USING (user_id, entry) WHERE role = 2 AND t <= ends GROUP BY user_id, entry
)
SELECT user_id, entry,
  CASE WHEN any_value(first.held) THEN NULL ELSE coalesce(
    arg_max(action_id, (t, role, event_id)) FILTER (role = 1),
    arg_max(action_id, (t, role, event_id)) FILTER (role = 0 AND NOT walked.held)) END AS action_id
FROM first LEFT JOIN walked USING (user_id, entry)
WHERE (t, role, event_id) < place GROUP BY user_id, entry
"""


def first_paint(folder: Path) -> Numbers:
    """Everything a dashboard needs to appear."""
    work = read_workload(folder)
    sql = duckdb.connect()
    sql.execute("SET TimeZone = 'UTC'")
    _read(sql, work)
    rules = {"goal": work.goal, "window_days": work.window_days}
    sql.execute(WALK, rules)
    sql.execute(ENTRIES, {"window_days": work.window_days})
    sql.execute(CONVERSIONS)
    numbers = _campaign(sql)
    numbers |= _counts(sql, "action_id", "action_id") | _counts(sql, "channel", "channel")
    numbers |= _flow(sql, work)
    days = f"""SELECT (t AT TIME ZONE '{ZONE}')::DATE::VARCHAR, count(DISTINCT user_id)
               FROM ev WHERE interacted GROUP BY 1"""
    return numbers | {f"engaged on {day}": users for day, users in sql.execute(days).fetchall()}


def _read(sql: duckdb.DuckDBPyConnection, work: Workload) -> None:
    rows = [
        (action, channel, event, event == work.received[action], event in work.interacted[action])
        for action, channel in work.channel.items()
        for event in rw_events(channel)
    ]
    sql.execute(
        "CREATE TEMP TABLE book (action_id VARCHAR, channel VARCHAR, event VARCHAR, is_received BOOL, interacted BOOL)"
    )
    sql.executemany("INSERT INTO book VALUES (?, ?, ?, ?, ?)", rows)
    roots = ", ".join(f"'{root}'" for root in work.roots)
    sql.execute(
        f"""
        CREATE TEMP TABLE ev AS
        SELECT user_id, action_id, event, timestamp AS t, event_id, channel,
          coalesce(is_received, false) OR (event = 'held_back' AND action_id IN ({roots})) AS received,
          coalesce(interacted, false) AS interacted,
          action_id IN ({roots}) AND (coalesce(is_received, false) OR event = 'held_back') AS root,
          event = 'held_back' AS held
        FROM (SELECT DISTINCT ON (event_id) user_id, action_id, event, timestamp, event_id, campaign_id
              FROM read_parquet('{work.events}')) LEFT JOIN book USING (action_id, event)
        WHERE (campaign_id IS NULL OR campaign_id = '{work.campaign}')
          AND (channel IS NOT NULL OR event IN ('{work.goal}', 'exited'))
        """
    )


def rw_events(channel: str) -> tuple[str, ...]:
    """The events of a built-in channel."""
    from results_widgets.channels import CHANNELS

    return CHANNELS[channel].events


def _campaign(sql: duckdb.DuckDBPyConnection) -> Numbers:
    query = """
    SELECT (SELECT count(*) FROM entries) AS users,
      (SELECT count(DISTINCT user_id) FROM entries) AS unique_users,
      (SELECT count(DISTINCT user_id) FROM ev WHERE interacted) AS engaged,
      (SELECT count(*) FROM conversions) AS conversions,
      (SELECT count(DISTINCT user_id) FROM conversions) AS unique_converters
    """
    names = ("users", "unique_users", "engaged", "conversions", "unique_converters")
    found = sql.execute(query).fetchone()
    assert found is not None
    return dict(zip(names, found, strict=True))


def _counts(sql: duckdb.DuckDBPyConnection, column: str, label: str) -> Numbers:
    query = f"""SELECT {column}, event, count(*), count(DISTINCT user_id)
                FROM ev WHERE channel IS NOT NULL GROUP BY 1, 2"""
    numbers: Numbers = {}
    for owner, event, count, users in sql.execute(query).fetchall():
        numbers[f"{label} {owner} {event}"] = count
        numbers[f"{label} {owner} unique_{event}"] = users
    return numbers


def _flow(sql: duckdb.DuckDBPyConnection, work: Workload) -> Numbers:
    numbers: Numbers = {f"attributed {action}": 0 for action in work.channel}
    attributed = (
        "SELECT action_id, count(*) FROM conversions WHERE action_id IS NOT NULL GROUP BY 1"
    )
    for action, count in sql.execute(attributed).fetchall():
        numbers[f"attributed {action}"] = count
    sql.execute(
        "CREATE TEMP TABLE got AS SELECT DISTINCT user_id, action_id FROM ev WHERE received AND NOT held"
    )
    for child, parent in work.parent.items():
        both = f"""SELECT count(*) FROM (FROM got WHERE action_id = '{child}')
                   SEMI JOIN (FROM got WHERE action_id = '{parent}') USING (user_id)"""
        found = sql.execute(both).fetchone()
        numbers[f"both {child}"] = found[0] if found else 0
    return numbers
