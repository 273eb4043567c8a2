"""Two readers of one served report: each has his own kernel, and neither asks anything of elsewhere."""

import argparse
import base64
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import nbformat
import polars as pl
import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

import results_widgets as rw
from results_widgets.cli import serve
from results_widgets.report.voila import ready_report
from results_widgets.report.voila.campaign_list import CampaignList
from results_widgets.report.voila.server import check_free
from tests.support.browser.choosing import pick
from tests.support.programs import find

PATIENCE = 90
# What Voila leaves where a widget took longer than it waits, and the page's own script once more.
GIVEN_UP = """
() => {
  const output = document.querySelector(".jp-OutputArea-output:has([data-testid=rw-dashboard])");
  output.replaceChildren("Error displaying widget: model not found");
  output.classList.add("jupyter-widgets");
  output.parentElement.append(window.expected);
  (0, eval)([...document.scripts].find((script) => script.text.includes("is not live")).text);
  window.dispatchEvent(new Event("load"));
}
"""
KEEP_EXPECTED = """
document.addEventListener("DOMContentLoaded", () => {
  const scripts = document.querySelectorAll('script[type="application/vnd.voila.cell-output+json"]');
  window.expected = [...scripts].find((script) => script.text.includes("widget-view+json")).cloneNode(true);
});
"""


def campaign_folder(folder: Path, seed: int) -> rw.Results:
    folder.mkdir()
    campaign, events, users = rw.datasets.generate(300, seed=seed)
    for name, frame in {"events": events, "users": users}.items():
        assert isinstance(frame, pl.DataFrame)
        frame.write_parquet(folder / f"{name}.parquet")
    said = rw.Campaign.from_json(campaign).to_dict()
    (folder / "campaign.json").write_text(json.dumps(said), encoding="utf-8")
    return rw.load(folder, time_zone="UTC")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("campaigns")
    campaign_folder(root / "one", 1)
    campaign_folder(root / "two", 2)
    (root / "broken").mkdir()
    (root / "broken" / "campaign.json").write_text("{}")
    return root


@dataclass(frozen=True)
class Served:
    """A running server: its process, its address and what it logs."""

    process: "subprocess.Popen[bytes]"
    address: str
    log: Path

    def kernels(self) -> int:
        """How many kernels it keeps."""
        return len(self.kernel_processes())

    def kernel_processes(self) -> list[psutil.Process]:
        """The processes of its kernels."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if "ipykernel_launcher" in " ".join(_words(child))]


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


@contextmanager
def served_by(home: Path, target: Path, *more: str) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    places = {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    start = "import sys; from results_widgets.cli.main import main; sys.exit(main())"
    words = [sys.executable, "-c", start, "serve", str(target), "--port", str(port), *more]
    with (home / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            words, env={**os.environ, **places}, stdout=log, stderr=log, start_new_session=True
        )
        try:
            address = f"http://127.0.0.1:{port}/"
            until(lambda: listens(address), "Voila listens")
            yield Served(server, address, home / "log.txt")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, 15)
            server.wait(20)


@pytest.fixture(scope="module")
def address(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_by(tmp_path_factory.mktemp("voila"), folder) as running:
        yield running.address


def written(path: Path, *cells: str) -> Path:
    """A notebook of code cells."""
    code = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=code), path)
    return path


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds that nobody tells of."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"waited in vain until {what}")
        time.sleep(0.1)


def listens(address: str) -> bool:
    try:
        urlopen(f"{address}static/none", timeout=5)
    except HTTPError:
        return True
    except (URLError, OSError):
        return False
    return True


def reader(browser: Browser, asked: list[str]) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.on("request", lambda request: asked.append(request.url))
    return page


def test_two_readers_do_not_see_each_other(browser: Browser, address: str) -> None:
    asked: list[str] = []
    first, second = reader(browser, asked), reader(browser, asked)
    for page in (first, second):
        page.goto(f"{address}?campaign=one")
    for page in (first, second):
        page.get_by_test_id("rw-dashboard").wait_for()
    before = second.get_by_test_id("explore-title").inner_text()
    first.locator('[data-scope="campaign"][data-metric="conversions"]').first.click()
    first.get_by_test_id("range").first.select_option("7d")
    expect(first.get_by_test_id("explore-title")).to_contain_text("Conversions", timeout=20_000)
    expect(second.get_by_test_id("explore-title")).to_have_text(before)
    expect(second.get_by_test_id("range").first).to_have_value("whole")
    # Neither the zone of one, nor the users he asked for, are the other's.
    first.get_by_test_id("settings").click()
    pick(first, "zone", "Asia/Tokyo")
    first.get_by_role("button", name="Users in campaign").click()
    first.get_by_test_id("segment-notice").wait_for()
    expect(first.get_by_test_id("explore-caption")).to_contain_text("Asia/Tokyo", timeout=20_000)
    expect(second.get_by_test_id("explore-caption")).not_to_contain_text("Asia/Tokyo")
    expect(second.get_by_test_id("segment-notice")).to_have_count(0)
    outside = [
        url for url in asked if not url.startswith((address, "blob:", "data:", "ws://127.0.0.1"))
    ]
    assert outside == []
    for page in (first, second):
        page.context.close()


@pytest.mark.nightly
def test_a_dashboard_that_voila_gave_up_is_shown_when_it_comes(
    browser: Browser, address: str
) -> None:
    page = reader(browser, [])
    page.add_init_script(KEEP_EXPECTED)
    page.goto(f"{address}?campaign=one")
    dashboard = page.get_by_test_id("rw-dashboard")
    expect(dashboard).to_be_visible(timeout=PATIENCE * 1000)
    page.evaluate(GIVEN_UP)
    expect(dashboard).to_be_visible()
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
    expect(page.get_by_text("is not live")).to_have_count(0)
    page.context.close()


def test_the_list_and_what_is_wrong_are_shown_in_words(browser: Browser, address: str) -> None:
    page = reader(browser, [])
    page.goto(address)
    row = page.get_by_test_id("rw-campaigns").get_by_role("link", name="two")
    expect(row).to_be_visible(timeout=PATIENCE * 1000)
    row.click()
    expect(page.get_by_test_id("rw-dashboard")).to_be_visible(timeout=PATIENCE * 1000)
    page.go_back()
    expect(page.get_by_test_id("month")).to_be_enabled(timeout=PATIENCE * 1000)
    whole = page.locator("tfoot .rw-col-entries").inner_text()
    page.get_by_test_id("month").select_option(index=1)
    expect(page.locator("tfoot .rw-col-entries")).not_to_have_text(whole, timeout=PATIENCE * 1000)
    page.locator("[data-choice=multiples]").click()
    expect(page.locator("[data-multiple] polyline").first).to_be_visible(timeout=PATIENCE * 1000)
    page.goto(f"{address}?campaign=t%3Cb%3Ewo")
    expect(page.get_by_text("unknown campaign 't<b>wo'")).to_be_visible(timeout=PATIENCE * 1000)
    assert "Traceback" not in page.content()
    page.context.close()


def test_readers_see_progress_and_a_sentence_where_a_cell_fails(
    browser: Browser, tmp_path: Path
) -> None:
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    # Voila tells a cell's number with the beats it sends while the cell goes on.
    slow = "import time\ntime.sleep(9)\nprint('slept')"
    written(notebooks / "slow.ipynb", "print('first')", slow)
    written(notebooks / "failing.ipynb", "secret = 'dsn-4711'\nraise ValueError(secret)")
    with served_by(tmp_path, notebooks, "--cull", "3") as running:
        page = reader(browser, [])
        page.goto(f"{running.address}voila/render/slow.ipynb", wait_until="commit")
        expect(page.get_by_text("Executing 2 of 2")).to_be_visible(timeout=PATIENCE * 1000)
        expect(page.get_by_text("slept")).to_be_visible(timeout=PATIENCE * 1000)
        page.goto(f"{running.address}voila/render/failing.ipynb")
        expect(page.get_by_text("Its author finds the reason")).to_be_visible(
            timeout=PATIENCE * 1000
        )
        for word in ("Traceback", "ValueError", "dsn-4711"):
            assert word not in page.content(), word
        log = running.log.read_text(encoding="utf-8")
        assert "ValueError" in log
        assert "dsn-4711" in log
        # Once a reader has left, his kernel's memory is free again.
        page.context.close()
        until(lambda: running.kernels() == 0, "its kernel ends")


@pytest.mark.nightly
def test_a_preheated_notebook_waits_for_its_reader(browser: Browser, tmp_path: Path) -> None:
    # Each run has a word of its own: the reader must get that of the run before he came.
    ran = tmp_path / "ran"
    code = "import pathlib, secrets\nword = secrets.token_hex(8)\nprint('at', word)\n"
    code += f"with pathlib.Path({str(ran)!r}).open('a') as runs:\n    print(word, file=runs)"
    kept = written(tmp_path / "kept.ipynb", code)
    # Behind a proxy that shows it under a path of its own.
    with served_by(tmp_path, kept, "--preheat", "1", "--base-url", "/reports/") as running:
        until(lambda: ran.exists() and ran.read_text().endswith("\n"), "the notebook runs")
        (word,) = ran.read_text().split()
        page = reader(browser, [])
        page.goto(f"{running.address}reports/")
        expect(page.get_by_text(f"at {word}")).to_be_visible(timeout=PATIENCE * 1000)
        page.context.close()


def test_the_server_describes_its_reports(folder: Path, tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    serve.add_parser(parser.add_subparsers())
    given = ["--port", "8899", "--cull", "60", "--allow-host", "reports.example.com"]
    given += [
        "--users",
        "users.csv",
        "--naive-time-zone",
        "Europe/Berlin",
        "--column",
        "user_id=id",
    ]
    options = parser.parse_args(["serve", str(folder), *given])
    words, environment = serve.arguments(options, tmp_path)
    assert str(tmp_path / "report.ipynb") in words
    assert {"--Voila.ip=127.0.0.1", "--port=8899", "--no-browser"} <= set(words)
    assert "--VoilaConfiguration.show_tracebacks=False" in words
    assert "--ReportServer.allow_hosts=['reports.example.com']" in words
    assert "--MappingKernelManager.cull_idle_timeout=60" in words
    assert environment[ready_report.CAMPAIGNS] == str(folder)
    assert json.loads(environment[ready_report.READING]) == {
        "users": "users.csv",
        "naive_time_zone": "Europe/Berlin",
        "columns": {"user_id": "id"},
    }
    assert not any("preheat" in word for word in words)
    with pytest.raises(rw.QueryError, match="cannot be served"):
        serve.arguments(argparse.Namespace(**{**vars(options), "target": tmp_path / "x"}), tmp_path)


def test_campaigns_come_from_a_folder_or_a_file(folder: Path, tmp_path: Path) -> None:
    assert list(ready_report.campaigns(folder)) == ["broken", "one", "two"]
    listed = ready_report.show("", folder)
    assert isinstance(listed, CampaignList)
    label = rw.load(folder / "one").campaign.label
    users = rw.load(folder / "one").overview().filter(metric="users")["value"].item()
    one, two, broken = listed._campaigns["rows"]
    assert (one["name"], one["href"]) == (f"{label} (one)", "?campaign=one")
    assert two["href"] == "?campaign=two"
    assert one["numbers"]["entries"] == users
    assert (broken["name"], broken["numbers"]) == ("broken", None)
    assert broken["trouble"].startswith("broken: no events file")
    assert str(folder) not in repr(listed.get_state())
    config = tmp_path / "campaigns.json"
    entry = {"campaign": str(folder / "one"), "time_zone": "Asia/Tokyo"}
    config.write_text(json.dumps({"campaigns": {"18": entry}}))
    shown = ready_report.show("campaign=18", config)
    assert isinstance(shown, rw.Dashboard)
    assert shown.results.time_zone == "Asia/Tokyo"
    wrong = ready_report.show("campaign=broken", folder)
    assert isinstance(wrong, ready_report.Page)
    assert "<p>broken: no events file" in wrong.html
    config.write_text("[]")
    with pytest.raises(rw.EventsError, match="names no campaigns"):
        ready_report.campaigns(config)
    config.write_text('{"campaigns": {"18": {"events": "x.csv"}}}')
    with pytest.raises(rw.EventsError, match=r"^campaigns.18.campaign: is required"):
        ready_report.campaigns(config)
    config.write_text('{"campaigns": {"18": {"campaign": "c.json", "time_zones": "UTC"}}}')
    with pytest.raises(rw.EventsError, match=r"18.time_zones: unknown field \(did you mean 'time_"):
        ready_report.campaigns(config)
    config.write_text('{"campaigns": ')
    with pytest.raises(rw.EventsError, match="is not valid JSON"):
        ready_report.campaigns(config)


def asked(address: str, **headers: str) -> int:
    """The status of a request."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        return int(urlopen(Request(address, headers=named), timeout=PATIENCE).status)
    except HTTPError as error:
        return error.code


UNKNOWN = "00000000-0000-0000-0000-000000000000"
FOREIGN: list[dict[str, str]] = [
    {"Host": "evil.test"},
    {"Host": "evil.test:80", "Origin": "http://evil.test"},
    {"Origin": "http://evil.test"},
    {"Origin": "null"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"},
    {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors", "Sec_Fetch_Dest": "empty"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(
    "path", ["", "?campaign=one", "voila/static/x.js", "api/kernels/x/channels"]
)
def test_pages_of_other_sites_get_nothing(address: str, path: str, headers: dict[str, str]) -> None:
    assert asked(address + path, **headers) == 403


@pytest.mark.nightly
def test_a_server_takes_so_many_readers_and_no_more(folder: Path, tmp_path: Path) -> None:
    with served_by(tmp_path, folder, "--kernels", "2") as running:
        link = {**FOREIGN[5], "Sec_Fetch_Dest": "document"}
        assert asked(running.address, **link) == 200
        assert [asked(running.address) for _ in range(3)] == [200, 503, 503]
        assert running.kernels() == 2
        port = running.address.rpartition(":")[2].strip("/")
        with pytest.raises(rw.ResultsError, match=f"port {port} is in use; pass another"):
            check_free("127.0.0.1", int(port))
        kernels = running.kernel_processes()
        running.process.terminate()
        running.process.wait(20)
        _, alive = psutil.wait_procs(kernels, timeout=20)
        assert kernels
        assert not alive


NGINX = """
daemon off; worker_processes 1; pid {home}/nginx.pid; error_log {home}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /reports/ {{
      auth_basic "Reports"; auth_basic_user_file {home}/users;
      proxy_pass {upstream};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $host;
      proxy_read_timeout 10m;
    }}
  }}
}}
"""


@contextmanager
def nginx(home: Path, upstream: str) -> Iterator[str]:
    """Runs nginx with a login before a server; the address of the reports."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (home / "users").write_text("reader:{PLAIN}hush\n")
    home.chmod(0o755)
    config = home / "nginx.conf"
    config.write_text(NGINX.format(home=home, port=port, upstream=upstream))
    words = [find("nginx"), "-c", config, "-e", home / "start.log", "-p", home]
    process = subprocess.Popen([*map(str, words), "-g", "user root;"])
    try:
        address = f"http://127.0.0.1:{port}/"
        until(lambda: listens(address), "nginx listens")
        yield f"{address}reports/"
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.nightly
def test_reports_behind_a_login_under_a_path_and_a_name_of_its_own(
    browser: Browser, folder: Path, tmp_path: Path
) -> None:
    # As in docs/voila.md. The browser finds the name as nginx is told it: by the Host that it sends.
    more = ("--base-url", "/reports/", "--allow-host", "reports.example.com")
    with (
        served_by(tmp_path, folder, *more) as running,
        nginx(tmp_path, running.address.rstrip("/")) as reports,
    ):
        assert asked(reports) == 401
        login = "Basic " + base64.b64encode(b"reader:hush").decode()
        named = {"Authorization": login, "Host": "reports.example.com"}
        assert asked(f"{reports}api/kernels/{UNKNOWN}", **named) == 404
        assert asked(f"{reports}api/kernels/{UNKNOWN}", **named, Origin="http://evil.test") == 403
        assert asked(f"{reports}api/kernels/{UNKNOWN}", **{**named, "Host": "evil.test"}) == 403
        public = reports.replace("127.0.0.1", "reports.example.com")
        context = browser.new_context(http_credentials={"username": "reader", "password": "hush"})
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{public}?campaign=one")
        page.get_by_test_id("rw-dashboard").wait_for()
        page.locator('[data-scope="campaign"][data-metric="conversions"]').first.click()
        expect(page.get_by_test_id("explore-title")).to_contain_text("Conversions", timeout=20_000)
        context.close()
