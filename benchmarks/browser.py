"""Times a dashboard in a real JupyterLab: from the cell's result to what is seen, and from a click to its answer.

Usage: .venv/bin/python -m benchmarks.browser [--repeat 5] [--write]

Twenty actions over two years, the size of a large campaign's screen. Each run opens the notebook
anew with a kernel of its own; the browser knows no other machine and keeps no cache.
"""

import argparse
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.report import as_markdown, write
from tests.support.browser.chromium import FLAGS, find_chromium
from tests.support.browser.lab import Notebook, Server

ACTIONS, DAYS, USERS = 20, 730, 5000
SETUP = f"""
import json, random
from datetime import datetime, timedelta, timezone
import polars as pl
import results_widgets as rw

dice, start = random.Random(1), datetime(2024, 6, 3, 7, tzinfo=timezone.utc)
kinds = [("email", ("sent", "delivered", "opened", "clicked")), ("push", ("sent", "opened")),
         ("in_app", ("viewed", "accepted")), ("sms", ("sent", "delivered", "clicked"))]
actions = [{{"id": f"n{{n}}", "name": f"Step {{n}}", "channel": kinds[n % 4][0],
            "parent": f"n{{(n - 1) // 2}}" if n else None}} for n in range({ACTIONS})]
rows = []
for user in range({USERS}):
    at, reached = start + timedelta(days={DAYS} * user / {USERS}, hours=dice.random() * 12), {{None}}
    variant = "AB"[user % 2]
    for n, action in enumerate(actions):
        if action["parent"] in reached and dice.random() < 0.8:
            reached.add(action["id"])
            for step, event in enumerate(kinds[n % 4][1]):
                if step and dice.random() < 0.5:
                    break
                rows.append((f"u{{user}}", "c", action["id"], event, at + timedelta(hours=9 * n + step), variant))
    if dice.random() < 0.2:
        rows.append((f"u{{user}}", None, None, "Purchase", at + timedelta(days=2), variant))
events = pl.DataFrame(rows, orient="row",
                      schema=["user_id", "campaign_id", "action_id", "event", "timestamp", "variant"])
campaign = {{"id": "c", "name": "Two years", "status": "running", "started_at": start.isoformat(),
            "goal": {{"events": ["Purchase"]}}, "attribution_window": "7d", "actions": actions,
            "variants": [{{"id": "A", "share": 0.5, "control": True}}, {{"id": "B", "share": 0.5}}]}}
results = rw.Results(campaign, events, time_zone="America/Los_Angeles")
"""
CELL = "dashboard = rw.Dashboard(results)\ndashboard"
STATE = """{
    "state": sum(len(v) if isinstance(v, bytes) else len(json.dumps(v))
                 for n, v in dashboard.get_state().items()
                 if n.startswith("_") and n not in ("_code", "_anywidget_id")),
    "code": len(dashboard._code["module"]._text),
    "styles": len(dashboard._code["styles"]._text),
    "chart": len(dashboard._code["chart"]._text),
    "events": events.height}"""

# Notes the moment the cell's result reaches the page, and then every frame what there is to see.
_WATCH = """() => {
    const times = (window.rwTimes = {});
    const kernel = window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
    kernel.iopubMessage.connect((_, message) => {
        if (message.content?.data?.["application/vnd.jupyter.widget-view+json"]) times.result ??= performance.now();
    });
    const seen = { numbers: "[data-testid=flow-entries]", chart: ".rw-chart svg" };
    const look = () => {
        for (const [name, what] of Object.entries(seen)) {
            if (times[name] === undefined && document.querySelector(what)) times[name] = performance.now();
        }
        if (times.chart === undefined) requestAnimationFrame(look);
    };
    look();
}"""
# From the click until the frame that marks what was chosen is painted, and the one that shows its answer. A message
# that is sent in a frame arrives when that is painted, before all that is sent later in it.
_CLICK = """async ([does, marked, answered]) => {
    const painted = () => new Promise((done) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = done;
        port2.postMessage(null);
    }));
    const root = document.querySelector(".rw");
    const all = (css) => [...root.querySelectorAll(css)].filter((one) => one.checkVisibility());
    const known = {
        one: (css) => all(css)[0],
        press: (css, text = "") => all(css).find((one) => one.textContent.includes(text)).click(),
        choose: (text) => {
            const menu = all("select").find((one) => [...one.options].some((option) => option.text === text));
            menu.value = [...menu.options].find((option) => option.text === text).value;
            menu.dispatchEvent(new Event("change", { bubbles: true }));
        },
        entries: () => all("[data-testid=flow-entries]")[0].dataset.value,
        title: () => all("[data-testid=explore-title]")[0].textContent,
    };
    const run = (text) => new Function(...Object.keys(known), "before", `return ${text}`);
    const before = { entries: known.entries(), title: known.title() };
    const is = (text) => run(text)(...Object.values(known), before);
    const begun = performance.now();
    let next = painted();
    const until = async (text) => {
        do {
            await next;
            next = painted();
            if (performance.now() - begun > 20000) throw new Error(`never: ${text}`);
        } while (!is(text));
        return performance.now() - begun;
    };
    is(does);
    const first = await until(marked);
    return { marked: first, answered: is(answered) ? first : await until(answered) };
}"""
CLICKS: Mapping[str, tuple[str, str, str]] = {
    "a card opens its action": (
        "press('[data-action=n1]')",
        "one('[data-action=n1]').ariaPressed === 'true'",
        "one('.rw-key[data-owner=n1]') && title().startsWith('Users received')",
    ),
    "the action after it": (
        "press('[aria-label=\"Next action\"]')",
        "one('[data-action=n2]').ariaPressed === 'true'",
        "one('.rw-key[data-owner=n2]') && title() !== before.title",
    ),
    "back to the campaign": (
        "press('.rw-back')",
        "one('[data-action=n2]').ariaPressed === 'false'",
        "!one('.rw-key') && title() !== before.title",
    ),
    "a number is chosen": (
        "press('.rw-number[data-metric=engaged]')",
        "one('.rw-number[data-metric=engaged]').ariaPressed === 'true'",
        "title().startsWith('Engaged')",
    ),
    "the last 90 days": (
        "choose('Last 90 days')",
        "entries() !== before.entries || one('[data-busy=true]')",
        "entries() !== before.entries",
    ),
    "the whole campaign again": (
        "choose('Whole campaign')",
        "entries() !== before.entries || one('[data-busy=true]')",
        "entries() !== before.entries",
    ),
    "one variant's flow": (
        "choose('A')",
        "one('select[data-testid=variant]').selectedOptions[0].text === 'A'",
        "entries() !== before.entries",
    ),
    "cumulative": (
        "press('[role=switch]', 'Cumulative')",
        "one('[role=switch]')",
        "title().includes('umulative') && title() !== before.title",
    ),
    "the table behind the chart": (
        "press('[aria-expanded]', 'Show table')",
        "one('[data-testid=explore-table]')",
        "one('[data-testid=explore-table]')",
    ),
    "channels as a table": (
        "press('[role=switch]', 'As a table')",
        "one('[data-testid=channel-table]')",
        "one('[data-testid=channel-table]')",
    ),
    "the calendar": (
        "press('[data-testid=days]')",
        "one('[data-testid=calendar]')",
        "one('[data-testid=calendar]')",
    ),
}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Times a dashboard in JupyterLab.")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    runs = []
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder)) as server,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS) as browser,
    ):
        for _ in range(arguments.repeat):
            runs.append(opened(server, browser))
            print(runs[-1], flush=True)
    sizes = runs[0]["sizes"]
    heading = f"In JupyterLab, {ACTIONS} actions over {DAYS} days"
    note = (
        f"{sizes['events']:,} events; {arguments.repeat} notebooks, each with a kernel and a page of its own. State "
        f"{sizes['state'] / 1000:,.0f} kB of 1,000, code {sizes['code'] / 1000:,.0f} kB of 250, once: "
        f"styles {sizes['styles'] / 1000:,.0f} kB, chart bundle {sizes['chart'] / 1000:,.0f} kB."
    )
    table = as_table(runs)
    print(f"{heading}\n\n{note}\n\n{table}")
    if arguments.write:
        write(heading, note, table)


def opened(server: Server, browser: Browser) -> dict[str, Any]:
    """Open the notebook anew; milliseconds of each measurement, and the sizes of what is sent."""
    server.write("bench.ipynb", [SETUP, CELL])
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    try:
        book = Notebook(context.new_page())
        book.open(server.url("bench.ipynb"))
        book.page.evaluate(_WATCH)
        book.run_all()
        book.page.wait_for_function("() => window.rwTimes.chart !== undefined")
        times = book.page.evaluate("() => window.rwTimes")
        took = {}
        for name, how in CLICKS.items():
            # What the kernel answers to the click before is not this one's.
            book.page.wait_for_timeout(1500)
            took[name] = book.page.evaluate(_CLICK, list(how))
        sizes = book.value(STATE)
        book.problems.check()
    finally:
        context.close()
        server.end_kernels()
    shown = {name: times[name] - times["result"] for name in ("numbers", "chart")}
    return {"shown": shown, "clicks": took, "sizes": sizes}


def as_table(runs: Sequence[Mapping[str, Any]]) -> str:
    """Lay out median and worst beside what is aimed at, in ms: the numbers at first, then each click twice."""
    shown = {"numbers": "the numbers", "chart": "the chart"}
    rows = [
        _row(f"from the cell's result to {words}", [run["shown"][name] for run in runs], 1000)
        for name, words in shown.items()
    ]
    rows += [
        _row(f"{name}: {step}", [run["clicks"][name][step] for run in runs], aim)
        for name in CLICKS
        for step, aim in (("marked", 50), ("answered", 150))
    ]
    return as_markdown(["what", "median ms", "worst ms", "aim ms"], rows)


def _row(title: str, values: Sequence[float], aim: int) -> list[object]:
    return [title, f"{statistics.median(values):.0f}", f"{max(values):.0f}", aim]


if __name__ == "__main__":
    main()
