"""A widget of a test's own, made by the steps that CONTRIBUTING.md lists under "Adding a widget"."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import traitlets

from results_widgets.results import Results
from results_widgets.view_model import state
from results_widgets.view_model.selection import SCOPE_FIELDS
from results_widgets.view_model.state import Inputs, Part
from results_widgets.widgets.results_widget import ResultsWidget
from tests.support.declared import ROOT

# ------------------------------------------------------------------------------------- in Python


def pace_state(results: Results) -> dict[str, object]:
    """The value of `_pace`: how many converted on the best day, and which day that was."""
    days = results.explore("conversions").sort("value", descending=True, maintain_order=True)
    best = days.row(0, named=True)
    return {"day": best["time"].date().isoformat(), "conversions": int(best["value"])}


def _part(inputs: Inputs) -> dict[str, object]:
    return {"_pace": pace_state(inputs.view)}


class Pace(ResultsWidget):
    """The best day of the campaign."""

    _esm = "export default {}"  # until `built` has built it
    parts = ResultsWidget.parts | {"pace"}
    opens_action = True

    _pace = traitlets.Dict().tag(sync=True, echo_update=False)


@contextmanager
def declared() -> Iterator[None]:
    """With the widget's part of the state declared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state, "PARTS", {**state.PARTS, "pace": Part(_part, SCOPE_FIELDS)})
        yield


# --------------------------------------------------------------------------------- in TypeScript

ADDED: Mapping[str, str] = {
    "wire/pace.ts": """
// Mirrors tests/support/toy_widget.py.

export interface Pace {
  day: string;
  conversions: number;
}
""",
    "features/pace/PacePanel.tsx": """
import type { JSX } from "preact";
import { MetricButton } from "../../ui/Metric";
import { useSnapshot, useView } from "../../ui/view";
import type { Pace } from "../../wire/pace";

export function PacePanel(): JSX.Element {
  const { store } = useView();
  const { campaign, selection } = useSnapshot();
  const best = store.get("_pace") as Pace;
  return (
    <section class="rw-section" aria-label="Pace">
      <p data-testid="best">
        {best.conversions} converted on {best.day}
      </p>
      <MetricButton scope="campaign" id="" metric="conversions" />
      {campaign.actions.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          class="rw-button"
          aria-pressed={selection.action === id}
          onClick={() => store.select({ action: id, metric: "users_received" })}
        >
          {name}
        </button>
      ))}
    </section>
  );
}
""",
    "pace.tsx": """
import { PacePanel } from "./features/pace/PacePanel";
import { widget } from "./ui/mount";
import { decode } from "./wire/arrow";

export default widget("rw-pace", () => <PacePanel />, decode);
""",
}
CHANGED: Mapping[str, Mapping[str, str]] = {
    "src/wire/traits.ts": {
        'import type { Parts } from "./breakdowns";\n': 'import type { Pace } from "./pace";\n',
        "  _trends: Trends;\n": "  _pace: Pace;\n",
        '  "_trends",\n': '  "_pace",\n',
    },
    "build.mjs": {'  "overview.tsx",\n': '  "pace.tsx",\n'},
}
"""Lines of existing files, and what is added after each."""


def built(folder: Path) -> Path:
    """Take the steps in a copy of the TypeScript half; check its types, build it, return its static folder."""
    js, package = folder / "js", folder / "src" / "results_widgets"
    shutil.copytree(ROOT / "js", js, ignore=shutil.ignore_patterns("test", "dev", "mutants"))
    shutil.copytree(ROOT / "src" / "results_widgets" / "_shared", package / "_shared")
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    for name, text in ADDED.items():
        (js / "src" / name).parent.mkdir(exist_ok=True)
        (js / "src" / name).write_text(text.lstrip())
    for name, lines in CHANGED.items():
        text = (js / name).read_text()
        for line, added in lines.items():
            assert text.count(line) == 1, (name, line)
            text = text.replace(line, line + added)
        (js / name).write_text(text)
    shutil.copy(ROOT / "tsconfig.json", folder)
    _run(folder, str(ROOT / "node_modules" / "typescript" / "bin" / "tsc"), "-p", ".")
    _run(folder, "js/build.mjs")
    return package / "static"


def _run(folder: Path, *words: str) -> None:
    node = shutil.which("node")
    assert node, "the TypeScript half is built with Node: install it, or run make test"
    done = subprocess.run(
        [node, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
