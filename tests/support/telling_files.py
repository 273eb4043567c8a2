"""Every public call and command that writes a file to be passed on, and what is in it.

See `tests/support/telling_screens.py` for what is shown, and `tests/test_disclosure.py` for the search.
"""

import contextlib
import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
import traitlets

import results_widgets as rw
from results_widgets.cli.main import main
from results_widgets.disclosure import SHARED_USERS
from results_widgets.report.html import Options, as_page
from results_widgets.view_model.serialization import to_arrow
from tests.support.own_strings import Told
from tests.support.programs import find, output_of
from tests.support.saved_pages import unpacked

Output = Iterator[str | bytes]
Call = Callable[[Told], Output]

_numbers = count()


def new_path(told: Told, suffix: str) -> Path:
    """A path where there is no file yet."""
    return told.folder / f"out{next(_numbers)}{suffix}"


def text_or_error(ask: Callable[[], object]) -> str | bytes:
    """What a call gives as text, or what its error says: an error leaves the kernel as well.

    Warnings are for whoever runs the code, and quote its data; docs/privacy.md says so.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = ask()
        except (rw.ResultsError, traitlets.TraitError, TypeError) as error:
            found = f"{type(error).__name__}: {error}"
    return found if isinstance(found, str | bytes) else repr(found)


def _name_or_error(write: Callable[[], Path]) -> str | bytes:
    return text_or_error(lambda: write().name)


def frame_bytes(frame: pl.DataFrame) -> bytes:
    """A frame's values as they are, with the names of its columns."""
    return to_arrow(frame) + repr(frame.columns).encode()


def page_texts(path: Path) -> Output:
    """A saved page, and what is packed into it."""
    text = path.read_text(encoding="utf-8")
    yield unpacked(text)[1]
    # In the packed text itself letters may meet by chance.
    yield re.sub(r"data-rw-report>[^<]*<", "", text)


def file_if_there(path: Path) -> Output:
    """The bytes of a file that an error may have kept from being written."""
    if path.exists():
        yield path.read_bytes()


def _to_html(told: Told) -> Output:
    results = told.results()
    names: list[str] = []
    for name in results.breakdowns:
        # Told before anything is computed.
        refused = text_or_error(partial(results._session.shown_names, name, SHARED_USERS))
        yield refused
        names += [] if b"no value" in _bytes(refused) else [name]
    yield from page_texts(results.to_html(new_path(told, ".html"), by=names))
    yield from page_texts(results.to_html(new_path(told, ".html"), min_cell=3))
    for name in told.some_columns(results):
        path = new_path(told, ".html")
        yield _name_or_error(partial(results.to_html, path, by=[name]))


def _portfolio_to_html(told: Told) -> Output:
    portfolio = rw.Portfolio({"one": told.results(), "two": told.results()})
    for least in (0, 3):
        for page in portfolio.to_html(new_path(told, ""), min_cell=least).parent.iterdir():
            text = page.read_text(encoding="utf-8")
            yield from page_texts(page) if "data-rw-report" in text else [text]


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "replace") if isinstance(text, str) else text


def _dashboard_to_html(told: Told) -> Output:
    yield from page_texts(rw.Dashboard(told.results()).to_html(new_path(told, ".html")))


def _to_pdf(told: Told) -> Output:
    # What Chromium prints, and what a reader of PDF finds in it.
    yield as_page(told.results(), Options(), paper=True)
    yield from pdf_texts(told.results().to_pdf(new_path(told, ".pdf")))


def pdf_texts(path: Path) -> Output:
    """A PDF's text, what it says about itself, and where its links lead."""
    yield output_of(find("pdftotext"), path, "-")
    for more in ((), ("-meta",), ("-url",), ("-js",)):
        yield output_of(find("pdfinfo"), *more, path)
    yield output_of(find("pdfdetach"), "-list", path)


def _save_chart(told: Told) -> Output:
    results = told.results()
    for by in (None, *told.some_columns(results)):
        path = new_path(told, ".svg")
        yield _name_or_error(partial(results.save_chart, path, "users", by=by))
        yield from file_if_there(path)
        if path.exists():
            yield from pdf_texts(results.save_chart(path.with_suffix(".pdf"), "users", by=by))
            yield results.save_chart(path.with_suffix(".png"), "users", by=by).read_bytes()


def _save_flow(told: Told) -> Output:
    results = told.results()
    yield results.save_flow(new_path(told, ".svg")).read_bytes()
    yield results.save_flow(new_path(told, ".png")).read_bytes()
    yield from pdf_texts(results.save_flow(new_path(told, ".pdf")))


def _snapshot(told: Told) -> Output:
    yield told.results().snapshot(new_path(told, ".json")).read_bytes()


def _diff(told: Told) -> Output:
    results = told.results()
    yield frame_bytes(results.diff(results.analytics().snapshot(new_path(told, ".json"))))


def _rollup(told: Told) -> Output:
    yield from _rollup_file(told.results().rollup("1d").save(new_path(told, ".parquet")))


def _rollup_file(path: Path) -> Output:
    yield path.read_bytes()
    yield repr(pl.read_parquet_metadata(path))
    for column in pl.read_parquet(path):
        yield repr(column.to_list())


def _of_rollup(told: Told) -> Output:
    results = told.results().rollup("1d").results()
    yield repr(results)
    yield repr(results._repr_mimebundle_())
    yield from page_texts(results.to_html(new_path(told, ".html")))


# ------------------------------------------------------------------------------ the command line


def command(told: Told, *words: str) -> Output:
    """What a command of the command line prints, its warnings left out."""
    folder = told.written()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(told.folder)
        yield from printed(words[0], folder.name, *words[1:])


def printed(*words: str) -> Output:
    """What a command prints, its warnings left out."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setenv("COLUMNS", "200")
        with (
            contextlib.redirect_stdout(io.StringIO()) as out,
            contextlib.redirect_stderr(io.StringIO()) as err,
        ):
            main([*words])
    yield out.getvalue()
    yield "\n".join(line for line in err.getvalue().splitlines() if " warning: " not in line)


def _report_command(told: Told) -> Output:
    path = new_path(told, ".html")
    # It prints the path as it was given; the page must not name it.
    printed = list(command(told, "report", "-o", str(path), "--time-zone", "UTC"))
    assert str(path) in printed[0]
    yield from page_texts(path)
    yield from command(told, "report", "-o", path.name, "--json", "--fail-if", "nothing < 1")


def _chart_command(told: Told) -> Output:
    for words in ((), ("--by", "city"), ("--metric", "nothing")):
        path = new_path(told, ".svg")
        yield from command(told, "chart", *words, "-o", path.name)
        yield from file_if_there(path)


def _flow_command(told: Told) -> Output:
    path = new_path(told, ".svg")
    yield from command(told, "flow", "-o", path.name)
    yield from file_if_there(path)


def _rollup_command(told: Told) -> Output:
    path = new_path(told, ".parquet")
    yield from command(told, "rollup", "-o", path.name)
    yield from _rollup_file(path)


FILES: Final[Mapping[str, Call]] = {
    "Results.to_html": _to_html,
    "Results.to_pdf": _to_pdf,
    "Dashboard.to_html": _dashboard_to_html,
    "Portfolio.to_html": _portfolio_to_html,
    "Results.save_chart": _save_chart,
    "Results.save_flow": _save_flow,
    "Results.snapshot": _snapshot,
    "Results.diff": _diff,
    "RollUpCells.save": _rollup,
    "RollUp.results": _of_rollup,
    "results-widgets report": _report_command,
    "results-widgets chart": _chart_command,
    "results-widgets flow": _flow_command,
    "results-widgets rollup": _rollup_command,
}
"""Files for others: no value that fewer than five users share is in them."""


def errors(told: Told) -> Output:
    """What wrong questions are answered with."""
    results = told.results()
    users = results.users_in_campaign()
    asked: list[Callable[[], Any]] = [
        lambda: results.overview(by="nothing"),
        lambda: results.explore("nothing"),  # type: ignore[arg-type]
        lambda: results.explore("users", action="nothing"),
        lambda: results.users_in_action("mail", "nothing"),
        lambda: results.users("users", where={"nothing": 1}),
        lambda: results.users("users", where={"city": 1}),
        lambda: results.between("2026-03-09", "2026-03-01"),
        lambda: results.in_time_zone("Nowhere"),
        lambda: results.sequence(("mail", "sent"), "nothing"),
        lambda: results.to_html(told.folder / "x.html", by=["nothing"]),
        lambda: results.save_flow(told.folder / "x.svg", variant="nothing"),
        lambda: results.save_chart(told.folder / "x.gif"),
        lambda: results.segment({"op": "nothing"}),
        lambda: 1 in users,
        lambda: users.overlap(users),
        lambda: rw.Dashboard(results, by="nothing")._status,
        lambda: rw.Results(told.campaign, told.events.drop("event")),
        lambda: rw.Results(
            told.campaign, told.events.with_columns(pl.col("event").cast(pl.Binary))
        ),
    ]
    return iter([text_or_error(ask) for ask in asked])
