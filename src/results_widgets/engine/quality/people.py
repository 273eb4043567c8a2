"""The checks of who the users are: their variants, their ids, and what they did at one instant."""

from collections.abc import Iterator

import narwhals as nw

from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.frames import BY, Rows, collect, count
from results_widgets.engine.quality.finding import Found
from results_widgets.engine.quality.tallies import Tallies


def find_by_user(data: UserBackend, tallies: Tallies) -> Iterator[tuple[str, Found]]:
    """Yield what the checks found that are about users, each with the least id of them as an example."""
    steps = (*data.codes.received, *tallies.touched, *tallies.ends)
    yield "tied times", _found(data, _tied(data, tallies), tallies.of({*steps}))
    yield "ids alike", _alike(data, tallies)
    yield "unknown user", _found(data, data.unknown_users, tallies.users)
    seen = _variants(data)
    several = None if seen is None else seen.filter(nw.col("variants") > 1)
    yield "two variants", _found(data, several, 0 if seen is None else count(seen))
    developers = data.developers
    if developers is not None:
        developers = data.events(None).join(developers, on="user", how="semi")
    yield "developers", _found(data, developers, tallies.of())


def _found(data: UserBackend, rows: Rows | None, among: int) -> Found:
    if rows is None:
        return Found(0, among)
    found, user = data.count_with_example(rows)
    return Found(found, among, user)


def _tied(data: UserBackend, tallies: Tallies) -> Rows:
    """Return the rows that share user and instant with others, and whose order decides something."""
    code, keys = nw.col("code"), ["user", "time"]
    deciding = data.events(None).filter(code.is_in([*tallies.touched, *tallies.ends]))
    received = data.events(None).filter(code.is_in(data.codes.received))
    # Receipts are many, and a rule orders them, so they tie only with other kinds of events.
    received = received.join(deciding.select(*keys).unique(), on=keys, how="semi")
    columns = ("user", "time", "code")
    rows = nw.concat([deciding.select(*columns), received.select(*columns)])
    is_touch = code.is_in(tallies.touched)
    action = nw.when(is_touch).then(code // data.codes.width)
    is_end = code.is_in(tallies.ends).cast(nw.Int64)
    known = rows.with_columns(action=action, is_end=is_end).group_by(*keys)
    instants = known.agg(
        least=nw.col("action").min(),
        most=nw.col("action").max(),
        first=code.min(),
        last=code.max(),
        ends=nw.col("is_end").max(),
    )
    touched = (nw.col("least") < nw.col("most")).fill_null(False)
    ended = (nw.col("ends") > 0) & (nw.col("first") < nw.col("last"))
    return rows.join(instants.filter(touched | ended).select(*keys), on=keys, how="semi")


def _alike(data: UserBackend, tallies: Tallies) -> Found:
    """Return how many ids are another user's but for upper and lower case and blanks around them."""
    ids = data.with_ids(data.events(None).select("user").unique())
    if ids.collect_schema()["user_id"] != nw.String:
        return Found(0, tallies.users)
    user = nw.col("user_id")
    folded = ids.select("user_id", folded=user.str.strip_chars().str.to_lowercase())
    groups = folded.group_by("folded").agg(ids=nw.len(), least=user.min())
    several = groups.filter(nw.col("ids") > 1)
    more = collect(several.select(rows=(nw.col("ids") - 1).sum(), least=nw.col("least").min()))
    rows, least = more.row(0)
    return Found(int(rows or 0), tallies.users, least)


def _variants(data: UserBackend) -> Rows | None:
    """Return in how many variants each user was seen; None where the events have no variants."""
    if not data.columns.has("variant"):
        return None
    known = data.events("variant").filter(~nw.col(BY).is_null())
    return known.group_by("user").agg(nw.col(BY).n_unique().alias("variants"))
