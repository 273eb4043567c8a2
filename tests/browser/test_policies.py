"""Pages where scripts are refused, in whole or in part: nothing that stands in for a script needs one."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

import results_widgets as rw
from tests.support.browser.choosing import pick
from tests.support.browser.pages import results, write
from tests.support.nightly import rest_nightly
from tests.support.programs import find, output_of

Visit = Callable[..., Page]

ADDRESS = "http://report.test/"
# What may be in force around a page, and whether its scripts run there.
REFUSING = {
    "no script": "script-src 'none'",
    "nothing at all": "default-src 'none'; style-src 'unsafe-inline'",
    "no blob": "script-src 'unsafe-inline'",
    "sandbox": "sandbox",
}
ALLOWING = {
    "no eval": "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data:",
    "sandbox with scripts": "sandbox allow-scripts",
}


@pytest.fixture(scope="module")
def shown() -> rw.Results:
    return results()


@pytest.fixture(scope="module")
def report(shown: rw.Results, tmp_path_factory: pytest.TempPathFactory) -> str:
    return shown.to_html(tmp_path_factory.mktemp("report") / "report.html").read_text()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens a page as a server sends it, with the headers given."""
    contexts: list[BrowserContext] = []

    def opened(html: str, policy: str = "", **scene: Any) -> Page:
        context = browser.new_context(viewport={"width": 1100, "height": 900}, **scene)
        contexts.append(context)
        page = context.new_page()
        headers = {"Content-Security-Policy": policy} if policy else {}
        page.route(
            f"{ADDRESS}*",
            lambda route: route.fulfill(body=html, content_type="text/html", headers=headers),
        )
        page.goto(ADDRESS)
        return page

    yield opened
    for context in contexts:
        context.close()


def _reads_as_a_report(page: Page, shown: rw.Results) -> None:
    """The tables are there, in order, and nothing else is."""
    expect(page.get_by_role("heading", name=shown.campaign.label)).to_be_visible()
    expect(page.locator(".rw-no-script")).to_be_visible()
    expect(page.locator(".rw-headline")).to_contain_text(f"{shown.unique_users():,}")
    for channel in shown.campaign.channels.values():
        expect(page.get_by_role("table", name=channel.label, exact=True)).to_be_visible()
    for action in shown.campaign.actions:
        expect(page.locator("caption", has_text=action.label).first).to_be_visible()
    expect(page.get_by_text("SHA-256 of the input")).to_be_visible()
    assert page.locator("#rw-stage").inner_html() == ""
    wide, room = page.evaluate("() => [document.body.scrollWidth, innerWidth]")
    assert wide <= room


@pytest.mark.parametrize("policy", rest_nightly(REFUSING.values()), ids=REFUSING)
def test_a_report_whose_scripts_are_refused_is_its_tables(
    visit: Visit, report: str, shown: rw.Results, policy: str
) -> None:
    _reads_as_a_report(visit(report, policy), shown)


def test_a_report_without_scripts_is_its_tables(
    visit: Visit, report: str, shown: rw.Results, tmp_path: Path
) -> None:
    page = visit(report, java_script_enabled=False)
    _reads_as_a_report(page, shown)
    page.pdf(path=tmp_path / "plain.pdf", prefer_css_page_size=True)
    text = output_of(find("pdftotext"), "-layout", tmp_path / "plain.pdf", "-")
    for frame in (shown.flow().nodes["action"], [one.label for one in shown._session.metrics()]):
        assert [name for name in frame if name not in text] == []


@pytest.mark.nightly
def test_a_report_in_a_frame_without_rights_is_its_tables(
    visit: Visit, report: str, shown: rw.Results
) -> None:
    page = visit("<title>Around</title><iframe sandbox width=1000 height=800></iframe>")
    page.evaluate("(html) => { document.querySelector('iframe').srcdoc = html; }", report)
    frame = page.frame_locator("iframe")
    expect(frame.locator(".rw-headline")).to_contain_text(f"{shown.unique_users():,}")


@pytest.mark.nightly
def test_a_report_that_cannot_unpack_is_its_tables(
    visit: Visit, report: str, shown: rw.Results
) -> None:
    """As in a browser that lacks what the script needs, or with half a file."""
    _reads_as_a_report(visit(report.replace("DecompressionStream", "NoSuchStream")), shown)
    cut = report.index("data-rw-report>") + 5000
    _reads_as_a_report(visit(report[:cut] + report[report.index("</script>", cut) :]), shown)
    _reads_as_a_report(visit(report.replace("document.getElementById(", "(((", 1)), shown)


@pytest.mark.parametrize("policy", rest_nightly(ALLOWING.values()), ids=ALLOWING)
def test_a_report_draws_without_eval(
    visit: Visit, report: str, shown: rw.Results, policy: str
) -> None:
    page = visit(report, policy)
    expect(page.locator(".rw-chart svg .mark-line path").first).to_be_visible()
    expect(page.locator("#rw-tables")).to_have_count(0)
    labels = page.locator(".rw-chart svg .role-axis-label text").all_text_contents()
    assert "2 Mar" in labels
    assert "0" in labels
    page.locator('[data-scope="campaign"][data-metric="conversions"]').first.click()
    expect(page.get_by_test_id("explore-title")).to_contain_text("Conversions, per day")
    pick(page, "by", "variant")
    lines = shown.explore("conversions", by="variant")["variant"].n_unique()
    # Each in two parts: what is settled, and dashed what may still grow.
    expect(page.locator(".rw-chart svg .mark-line path")).to_have_count(2 * lines)


@pytest.mark.nightly
def test_a_report_asks_for_no_eval_itself(report: str) -> None:
    assert "unsafe-eval" not in report[: report.index("</head>")]


def test_a_widget_draws_without_eval(visit: Visit, shown: rw.Results, tmp_path: Path) -> None:
    widget = rw.Explore(
        shown, metric="engagement_rate", by="platform", compare=True, range="14d", every="1d"
    )
    page = visit(write(tmp_path / "explore.html", widget).read_text(), ALLOWING["no eval"])
    expect(page.locator(".rw-chart svg .mark-line path").first).to_be_visible()
    labels = page.locator(".rw-chart svg .role-axis-label text").all_text_contents()
    assert any(label.endswith("%") for label in labels)
    assert any(label.endswith("Apr") for label in labels)
    page.locator(".rw-chart-box").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("readout")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the chart as SVG").click()
    assert b"<svg" in Path(saved.value.path()).read_bytes()


@pytest.mark.parametrize("kind", rest_nightly(["PNG", "SVG"]))
@pytest.mark.parametrize(
    ("sandbox", "words"),
    [
        ("allow-scripts", "If no file was saved, the frame"),
        ("allow-scripts allow-same-origin", "does not allow it to save files"),
    ],
)
def test_a_frame_that_may_save_nothing_says_so_and_shows_the_picture(
    visit: Visit, report: str, kind: str, sandbox: str, words: str
) -> None:
    frame = _framed(visit, report, sandbox)
    frame.get_by_role("button", name=f"Save the chart as {kind}").click()
    notice = frame.get_by_test_id("picture")
    expect(notice).to_contain_text(words)
    expect(notice).to_contain_text("allow-downloads")
    picture = notice.locator("img")
    expect(picture).to_be_visible()
    size = picture.evaluate(
        "(one) => one.decode().then(() => [one.naturalWidth, one.naturalHeight])"
    )
    assert size[0] > 300
    assert size[1] > 150
    notice.get_by_role("button", name="Close this notice").click()
    expect(notice).to_have_count(0)


@pytest.mark.nightly
def test_a_frame_that_may_save_files_saves_them(visit: Visit, report: str) -> None:
    frame = _framed(visit, report, "allow-scripts allow-same-origin allow-downloads")
    with frame.owner.page.expect_download() as saved:
        frame.get_by_role("button", name="Save the chart as PNG").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")
    expect(frame.get_by_test_id("picture")).to_have_count(0)


def _framed(visit: Visit, report: str, sandbox: str) -> FrameLocator:
    page = visit(
        f"<title>Around</title><iframe sandbox='{sandbox}' width=1000 height=800></iframe>"
    )
    page.evaluate("(html) => { document.querySelector('iframe').srcdoc = html; }", report)
    frame = page.frame_locator("iframe")
    expect(frame.locator(".rw-chart svg").first).to_be_visible()
    return frame
