"""The SQL of every public question in the dialects of warehouses that no test can reach.

Each statement is parsed by its dialect, held against what the warehouse is known to refuse, translated to
DuckDB and run there: the numbers are those of the reference. Those of each warehouse's overview, and of each
other question in one of them, are kept in `warehouse_sql/`; ``UPDATE_SQL=1`` writes what they are now.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import time
from typing import Any, Final

import narwhals as nw
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets import datasets
from results_widgets.engine.backends.lazy.dataset import LOG
from results_widgets.engine.frames import collect
from results_widgets.sources.engines import engine_of
from tests.reference.case import Case, Query
from tests.support.answers import Answers, FromPackage, FromReference
from tests.support.nightly import rest_nightly
from tests.support.properties import differing_groups, flat, in_order
from tests.support.stand_ins import WAREHOUSES, Statements, on_stand_in
from tests.support.warehouses import in_micros
from tests.support.wrong_rows import wrong_rows

# SQLFrame says so each time that Narwhals asks which session is in use.
pytestmark = pytest.mark.filterwarnings("ignore:RedshiftSession is still in active development")

KEPT: Final = Path(__file__).parent / "warehouse_sql"
ZONE: Final = "Australia/Lord_Howe"
"""Far from UTC, in which these questions are asked."""

ACTION: Final = "we-miss-you"
"""An email of the generated campaign."""


@dataclass(frozen=True)
class Campaign:
    """A campaign in a warehouse, of which an overview was asked.

    Attributes:
        dialect: SQLFrame's name of the warehouse's dialect.
        statements: What the warehouse was sent until then.
        there: The warehouse.
        theirs: The campaign's results there.
        ours: The same from memory.
        reference: What the reference says of it.
    """

    dialect: str
    statements: list[str]
    there: Statements
    theirs: rw.Results
    ours: rw.Results
    reference: FromReference

    @contextmanager
    def as_read(self) -> Iterator[list[str]]:
        """The statements of a question that is asked as if it were the first after the overview."""
        known = self.theirs._session.data.cache._values
        before, sent = {**known}, len(self.there.sent)
        statements: list[str] = []
        yield statements
        statements += self.there.sent[sent:]
        known.clear()
        known.update(before)


@pytest.fixture(scope="module")
def campaigns() -> Iterator[Callable[[str], Campaign]]:
    """The campaign in each warehouse, read once: pytest makes one of a parameter for every test that has others."""
    with ExitStack() as until_the_end:
        yield cache(lambda dialect: until_the_end.enter_context(_read(dialect)))


@pytest.fixture
def campaign(request: pytest.FixtureRequest, campaigns: Callable[[str], Campaign]) -> Campaign:
    """The campaign in the warehouse that a test names."""
    return campaigns(request.param)


@contextmanager
def _read(dialect: str) -> Iterator[Campaign]:
    made, lazy, users = datasets.generate(40, seed=5)
    events = lazy.lazy().collect()
    with on_stand_in(dialect, ZONE) as there:
        theirs, ours = (
            rw.Results(made, one, users, time_zone="UTC") for one in (there.placed(events), events)
        )
        theirs.overview()
        reference = FromReference(Case(made.to_dict(), events, users), Query())
        yield Campaign(dialect, [*there.sent], there, theirs, ours, reference)


def read_now(statements: list[str]) -> str:
    """Statements as they are kept: one after the other, and names that are drawn as what they are."""
    names: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        kind = "kept" if found[0].lower().startswith("results") else "part"
        return names.setdefault(found[0].lower(), f"{kind}_{len(names) + 1}")

    # Tables are dropped whenever Python comes to free what named them.
    lasting = [one for one in statements if not one.startswith("DROP")]
    return said_once(
        _INSTANT.sub(_unless_now, _DRAWN.sub(named, "".join(f"{one};\n" for one in lasting)))
    )


def _unless_now(found: re.Match[str]) -> str:
    """An instant; that of this reading, and the last one believed, by their names, as they are others each time."""
    hours = (int(found[0]) / 1_000_000 - time()) / 3_600
    names = {0: "now", 24: "tomorrow"}
    return next((name for at, name in names.items() if abs(hours - at) < 1), found[0])


def said_once(text: str) -> str:
    """Statements in which a part that stands above is not repeated: ``part_1 AS (...)``."""
    known, at, said = set[str](), 0, list[str]()
    while found := _PART.search(text, at):
        said.append(text[at : found.end()])
        at = found.end()
        if found[1] in known:
            at = end_of_part(text, at)
            said.append("...")
        known.add(found[1])
    return "".join([*said, text[at:]])


def end_of_part(text: str, at: int) -> int:
    """Where the bracket closes that was opened before a place; those within texts are no brackets."""
    depth = 1
    for token in _BRACKET.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if not depth:
            return token.start()
    raise AssertionError("a part without an end")


_PART: Final = re.compile(r"(part_\d+)[`\"]? AS \(")
_BRACKET: Final = re.compile(r"[()]|'(?:[^'\\]|\\.|'')*'")
_INSTANT: Final = re.compile(r"\b\d{16}\b")
_DRAWN: Final = re.compile(
    r"\b(results_widgets_[0-9a-f]{32}|[tr][0-9a-f]{20,32}|row_index_[0-9a-f]+)\b", re.IGNORECASE
)


def is_kept(dialect: str, question: str, statements: list[str]) -> None:
    """The statements of a question are those that are kept; ``UPDATE_SQL=1`` keeps them."""
    path, now = KEPT / dialect / f"{question}.sql", read_now(statements)
    if os.environ.get("UPDATE_SQL"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(now, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == now, (
        "UPDATE_SQL=1 keeps the statements as they are now"
    )


AGAINST_REFERENCE: Final[dict[str, Callable[[Answers], Any]]] = {
    "channels": lambda one: flat(one.channels()),
    "actions": lambda one: flat(one.actions()),
    "overview_by_variant": lambda one: one.overview("variant"),
    "entries": lambda one: in_order(one.entries()),
    "conversions": lambda one: in_order(one.conversions()),
    "users_in_action": lambda one: one.users_in_action(ACTION, "opened"),
    "users_in_campaign": lambda one: one.users_in_campaign(),
}
"""Questions that the reference answers in the same words."""

AGAINST_MEMORY: Final[dict[str, Callable[[rw.Results], pl.DataFrame]]] = {
    "explore": lambda one: one.explore("engaged", every="1d", by="platform"),
    "users": lambda one: one.users("engaged").users,
    "sample": lambda one: one.users_in_action(ACTION, "opened").sample(5, seed=3).users,
    "profile": lambda one: one.users_in_action(ACTION, "opened").profile(),
    "within": lambda one: one.within(one.users_in_action(ACTION, "opened")).channels(),
    "attribution": lambda one: one.attribution(),
    "with_attribution": lambda one: one.with_attribution("last_touch").channels(),
    "experiment": lambda one: one.experiment("variant").table,
    "next_steps": lambda one: one.next_steps(ACTION),
    "paths": lambda one: one.paths(),
    "cohorts": lambda one: one.cohorts(),
    "time_to_convert": lambda one: one.time_to_convert(),
    "maturity": lambda one: one.maturity(),
}
"""Questions whose answers from memory are held against the reference elsewhere."""

EVERY: Final = [*AGAINST_REFERENCE, *AGAINST_MEMORY]
TURNS: Final = {
    (dialect, question)
    for place, dialect in enumerate(WAREHOUSES)
    for number, question in enumerate(EVERY)
    if number % len(WAREHOUSES) == place
}
"""Each question of one warehouse, whose SQL is kept: a change of the engine changes that of all alike."""

BY_DAY: Final = {
    "actions",
    "conversions",
    "entries",
    "explore",
    "experiment",
    "overview_by_variant",
    "paths",
    "sample",
}
"""Two questions for each warehouse: days, instants, hashes, order, sums, and what a breakdown is joined to.

Composing the SQL of one takes seconds. DuckDB is asked all in `test_against_reference.py` and `test_followup.py`.
"""

OF_OWN_LOGS: Final = {("databricks", "quality"), ("redshift", "refresh")}
"""The questions that are asked of logs of their own, and of which warehouse their SQL is kept."""


def first(dialect: str) -> list[str]:
    """The warehouses, one before the others."""
    return sorted(WAREHOUSES, key=lambda one: one != dialect)


ASKED: Final = [
    pytest.param(
        *(dialect, question),
        id=f"{dialect}-{question}",
        marks=() if question in BY_DAY and (dialect, question) in TURNS else pytest.mark.nightly,
    )
    for dialect in WAREHOUSES
    for question in EVERY
]
"""Every night all questions are asked of all warehouses."""


@pytest.mark.parametrize("campaign", WAREHOUSES, indirect=True)
def test_an_overview(campaign: Campaign) -> None:
    is_kept(campaign.dialect, "overview", campaign.statements)
    found = FromPackage.of(campaign.theirs).overview()
    assert not differing_groups(campaign.reference.overview(), found)


@pytest.mark.parametrize(("campaign", "question"), ASKED, indirect=["campaign"])
def test_a_question(campaign: Campaign, question: str) -> None:
    with campaign.as_read() as statements:
        if question in AGAINST_REFERENCE:
            ask = AGAINST_REFERENCE[question]
            is_same(ask(FromPackage.of(campaign.theirs)), ask(campaign.reference))
        else:
            answer = AGAINST_MEMORY[question]
            assert_frame_equal(
                answer(campaign.theirs),
                answer(campaign.ours),
                check_row_order=False,
                check_column_order=False,
            )
    assert statements
    if (campaign.dialect, question) in TURNS:
        is_kept(campaign.dialect, question, statements)


@pytest.mark.parametrize("dialect", rest_nightly(first("databricks")))
def test_what_is_wrong_with_rows(dialect: str) -> None:
    campaign, events, users = wrong_rows()
    with on_stand_in(dialect, ZONE) as there:
        theirs, ours = (
            rw.Results(campaign, one, users, time_zone="UTC")
            for one in (there.placed(in_micros(events)), events)
        )
        assert_frame_equal(theirs.quality(), ours.quality())
        assert there.sent
        if (dialect, "quality") in OF_OWN_LOGS:
            is_kept(dialect, "quality", there.sent)


@pytest.mark.parametrize("dialect", rest_nightly(first("redshift")))
def test_a_refresh_reads_what_is_new(dialect: str) -> None:
    made, lazy, _ = datasets.generate(40, seed=5)
    events = lazy.lazy().collect().sort("timestamp")
    early, late = events[: -events.height // 10], events[-events.height // 10 :]
    with on_stand_in(dialect, ZONE) as there:
        native, more = there.placed(early), there.placed(late)
        results = rw.Results(made, native, time_zone="UTC")
        results.overview()
        assert results.refresh()._session.data is results._session.data
        tables = (one.expression.args["from_"].this.name for one in (native, more))
        native.session._execute("INSERT INTO {} SELECT * FROM {}".format(*tables))
        before = len(there.sent)
        results = results.refresh()
        statements = there.sent[before:]
        # What was coded before is there already: only what is new was read.
        assert results._session.data.cache.known(LOG) is not None
        theirs, ours = (
            flat(FromPackage.of(one).channels())
            for one in (results, rw.Results(made, events, time_zone="UTC"))
        )
        assert not differing_groups(ours, theirs)
        if (dialect, "refresh") in OF_OWN_LOGS:
            is_kept(dialect, "refresh", statements)


@pytest.mark.parametrize("campaign", WAREHOUSES, indirect=True)
def test_what_is_said_in_the_own_words_of_a_warehouse(campaign: Campaign) -> None:
    at = [datetime(2026, 3, 1, 9, 0, 0, 123_456, UTC), datetime(1969, 12, 31, 23, 59, 59, 1, UTC)]
    table = pl.DataFrame(
        {
            "zoned": at,
            "naive": [one.replace(tzinfo=None) for one in at],
            "word": ["ab12é", None],
            "n": [7 * 2**32 - 1, 2],
            "other": [None, 1],
            "flag": [True, False],
        }
    )
    native = campaign.there.placed(table)
    engine = engine_of(native)
    assert engine is not None
    rows, micros = engine.rows_of(native), [int(one.timestamp() * 1_000_000) for one in at]
    assert rows.collect_schema()["naive"] == nw.Datetime("us")
    for column in ("zoned", "naive"):
        timed = collect(engine.with_epoch_micros(rows, column).select("n", "time"))
        assert timed.sort("n", descending=True)["time"].to_list() == micros
    found = collect(
        rows.select(
            "n",
            part=nw.col("word").str.contains("b[0-9]"),
            whole=nw.col("n") // 2**32,
            least=nw.min_horizontal("n", "other"),
            text=nw.col("flag").cast(nw.String),
            number=nw.col("flag").cast(nw.Int64),
            missing=nw.col("word").is_null(),
        )
    )
    assert found.sort("n").rows() == [
        (2, None, 0, 1, "false", 0, True),
        (7 * 2**32 - 1, True, 6, 7 * 2**32 - 1, "true", 1, False),
    ]
    [half] = collect(rows.select((nw.col("n") / 2).median().alias("half")))["half"].to_list()
    assert half == (7 * 2**32 - 1 + 2) / 4


def is_same(found: Any, expected: Any) -> None:
    """Two answers say the same: numbers by group as nearly as floats do, and anything else to the letter."""
    if isinstance(expected, dict):
        assert not differing_groups(expected, found)
    else:
        assert found == expected


def test_every_statement_that_is_kept_is_of_a_question() -> None:
    kept = {path.relative_to(KEPT).with_suffix("").as_posix() for path in KEPT.rglob("*.sql")}
    overviews = {(one, "overview") for one in WAREHOUSES}
    by_day = [dialect for dialect, question in TURNS if question in BY_DAY]
    assert sorted(by_day) == sorted([*WAREHOUSES, *WAREHOUSES])
    assert kept == {
        f"{dialect}/{question}" for dialect, question in overviews | TURNS | OF_OWN_LOGS
    }
