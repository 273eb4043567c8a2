"""pandas as an expert would write it: texts read as dictionaries, bit masks by NumPy, group-bys over whole numbers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from benchmarks.peers.workload import (
    EXITED,
    GOAL,
    INTERACTED,
    RECEIVED,
    ZONE,
    Numbers,
    Workload,
    happened,
    mask_of,
    read_workload,
)

TEXTS = ["user_id", "campaign_id", "action_id", "event"]
WORD = 63


def first_paint(folder: Path) -> Numbers:
    """Everything a dashboard needs to appear."""
    work = read_workload(folder)
    events = _read(work)
    masks = _masks(events, work)
    numbers = _users(masks, work)
    numbers |= work.event_counts(events["code"].value_counts().items())
    walked = _walk(events, masks, work)
    starts = walked.loc[walked["starts"]]
    credit = _conversions(walked[walked["entry"] > 0], starts, work)
    # Whoever need not walk has one entry, held back if its only root was.
    single = masks[(masks["roots"] == 1) & ~masks["goes"]]
    single = single.rename_axis("person").reset_index()
    entries = pd.concat([single[["person", "held"]], starts[["person", "held"]]])
    numbers |= _totals(entries, credit)
    withheld = entries.groupby("person")["held"].all()
    withheld = withheld.index[withheld]
    numbers |= work.attributed(credit["code"].dropna().astype(int).value_counts().items())
    touches = events[events["role"] == INTERACTED]
    touches = touches[~touches["person"].isin(withheld)]
    numbers["engaged"] = touches["person"].nunique()
    day = touches["t"].dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()
    daily = touches.groupby(day)["person"].nunique()
    return numbers | {f"engaged on {at.date()}": users for at, users in daily.items()}


def _totals(entries: pd.DataFrame, conversions: pd.DataFrame) -> Numbers:
    """The campaign's numbers without the held back, and theirs."""
    held, mailed = entries[entries["held"]], entries[~entries["held"]]
    converted = conversions[~conversions["held"]]
    return {
        "users": len(mailed),
        "unique_users": mailed["person"].nunique(),
        "conversions": len(converted),
        "unique_converters": converted["person"].nunique(),
        "converted_entries": len(converted),
        "held_back_entries": len(held),
        "held_back_users": held["person"].nunique(),
        "held_back_conversions": len(conversions) - len(converted),
    }


def _read(work: Workload) -> pd.DataFrame:
    """Return person, code, t, event_id, role, root, held of the rows that count."""
    columns = [*TEXTS, "timestamp", "event_id"]
    pattern = Path(work.events)
    files = sorted(pattern.parent.glob(pattern.name))
    table = pq.read_table(files, columns=columns, read_dictionary=TEXTS)
    rows = table.to_pandas(split_blocks=True, self_destruct=True)
    campaign = rows["campaign_id"]
    rows = rows[campaign.isna() | (campaign == work.campaign)]
    again = rows["event_id"].duplicated(keep=False)
    first = rows[again].sort_values("timestamp").drop_duplicates("event_id")
    rows = pd.concat([rows[~again], first])
    return _coded(rows, work)


def _coded(rows: pd.DataFrame, work: Workload) -> pd.DataFrame:
    actions, events = (rows[name].cat.categories for name in ("action_id", "event"))
    # One row and column more than there are names: pandas' code of a missing value is -1.
    book = np.full((len(actions) + 1, len(events) + 1), -1, dtype=np.int16)
    for rule in work.rules:
        if rule.event in events and (rule.action in actions or not rule.action):
            action = actions.get_loc(rule.action) if rule.action else -1
            book[action, events.get_loc(rule.event)] = rule.code
    code = book[rows["action_id"].cat.codes, rows["event"].cat.codes]
    known = code >= 0
    code = code[known]
    looks = {
        name: np.array([getattr(rule, name) for rule in work.rules])[code]
        for name in ("role", "root", "held")
    }
    return pd.DataFrame(
        {
            "person": rows["user_id"].cat.codes.to_numpy()[known],
            "code": code,
            "t": rows["timestamp"].array[known],
            "event_id": rows["event_id"].to_numpy()[known],
            **looks,
        }
    )


def _masks(events: pd.DataFrame, work: Workload) -> pd.DataFrame:
    """Return each user's words of bits, number of roots, and whether there is a goal event."""
    person, code = events["person"].to_numpy(), events["code"].to_numpy()
    size = int(person.max()) + 1
    columns = {}
    for word in range(-(-len(work.rules) // WORD)):
        bits = np.zeros(len(work.rules), dtype=np.int64)
        own = range(word * WORD, min((word + 1) * WORD, len(work.rules)))
        bits[own.start : own.stop] = [1 << place - own.start for place in own]
        columns[f"word{word}"] = np.zeros(size, dtype=np.int64)
        np.bitwise_or.at(columns[f"word{word}"], person, bits[code])
    goal = events["role"].to_numpy() == GOAL
    held = (events["root"] & events["held"]).to_numpy()
    return pd.DataFrame(
        {
            **columns,
            "roots": np.bincount(person[events["root"].to_numpy()], minlength=size),
            "goes": np.bincount(person[goal], minlength=size) > 0,
            "held": np.bincount(person[held], minlength=size) > 0,
        }
    )


def _users(masks: pd.DataFrame, work: Workload) -> Numbers:
    # Many users share a mask.
    words = [name for name in masks.columns if name.startswith("word")]
    patterns = masks.groupby(words, sort=False).size().reset_index(name="users")

    def has(codes: list[int]) -> "pd.Series[bool]":
        mask = mask_of(codes)
        parts = [
            (patterns[w] & (mask >> n * WORD & (1 << WORD) - 1)) != 0 for n, w in enumerate(words)
        ]
        return np.logical_or.reduce(parts)

    return happened(
        {
            name: int(patterns["users"][np.logical_and.reduce([has(s) for s in sets])].sum())
            for name, sets in work.user_sets.items()
        }
    )


def _walk(events: pd.DataFrame, masks: pd.DataFrame, work: Workload) -> pd.DataFrame:
    """Return the rows that decide, in walk order, with starts and entry (counted over all users, 0: in none)."""
    # Who had one root and no goal has one entry and no conversion, and need not walk.
    goes = (masks["goes"] & (masks["roots"] > 0)).to_numpy()
    walks = goes | (masks["roots"] > 1).to_numpy()
    person, role = events["person"].to_numpy(), events["role"].to_numpy()
    decides = np.isin(role, (RECEIVED, GOAL, EXITED)) & walks[person]
    rows = events[decides | ((role == INTERACTED) & goes[person])]
    rows = rows.sort_values(["person", "t", "role", "event_id"], ignore_index=True)
    by, role = rows["person"], rows["role"]
    received_at = rows["t"].where(role == RECEIVED).groupby(by).ffill().groupby(by).shift()
    closers = (role >= GOAL).groupby(by).cumsum()
    at_root = closers.where(rows["root"]).groupby(by).ffill().groupby(by).shift()
    late = rows["t"] - received_at > pd.Timedelta(days=work.window_days)
    starts = rows["root"] & (at_root.isna() | (closers > at_root) | late)
    inside = starts.groupby(by).cumsum() > 0
    return rows.assign(starts=starts, entry=starts.cumsum().where(inside, 0))


def _conversions(inside: pd.DataFrame, starts: pd.DataFrame, work: Workload) -> pd.DataFrame:
    """Return person and code (of the row that gets the credit, NaN for none) of each conversion, by entry."""
    role, entry = inside["role"], inside["entry"]
    received, exited = (
        inside[role == wanted].groupby("entry")["t"] for wanted in (RECEIVED, EXITED)
    )
    limit = received.max() + pd.Timedelta(days=work.window_days)
    ends = limit.where(~(exited.min().reindex(limit.index) < limit), exited.min())
    goals = inside[role == GOAL]
    counted = goals[goals["t"].to_numpy() <= ends.loc[goals["entry"]].to_numpy()]
    counted = counted.drop_duplicates("entry")
    goal_at = pd.Series(counted.index, counted["entry"])
    before = inside[inside.index < entry.map(goal_at)]
    touched = before[before["role"] == INTERACTED].drop_duplicates("entry", keep="last")
    got = before[(before["role"] == RECEIVED) & ~before["held"]].drop_duplicates(
        "entry", keep="last"
    )
    code = touched.set_index("entry")["code"].reindex(goal_at.index)
    code = code.fillna(got.set_index("entry")["code"])
    held = starts.set_index("entry")["held"].loc[goal_at.index]
    return counted.set_index("entry")[["person"]].assign(code=code.mask(held), held=held)
