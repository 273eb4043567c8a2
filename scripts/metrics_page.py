"""Write the tables of docs/metrics.md, which follow from the glossary: python scripts/metrics_page.py."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from results_widgets.channels import CHANNELS
from results_widgets.definitions import DEFINITIONS
from results_widgets.glossary import Metric, channel_metrics, rated_by_entry
from results_widgets.glossary.action import ACTION
from results_widgets.glossary.campaign import CAMPAIGN
from results_widgets.glossary.proportions import is_proportion

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "metrics.md"
_DEFAULT: Final = DEFINITIONS["default"]
_HEAD: Final = """# Every metric

Made from the declarations in `src/results_widgets/glossary/` and `src/results_widgets/channels/` by `python
scripts/metrics_page.py`; `results.glossary()` gives the same for one campaign and definition set. The rules are in
[rules.md](rules.md), in the section that each metric names. The tables are those of the definition set `default`;
`results.glossary()` says where another one adds up "engaged" or takes email rates of `sent`, and what the source never
reports. ↓ marks metrics of which less is better; ± marks proportions, which have intervals on screen and where
`interval=0.95` asks for them (conversions are a proportion of entries where the goal counts once per entry).

"""


def page() -> str:
    """Return the whole page."""
    parts = [_HEAD, "## The campaign\n\n", _table(_as_shown(CAMPAIGN)), "\n## Each action\n\n"]
    parts += [
        "Beside these, an action has the metrics of its channel.\n\n",
        _table(_as_shown(ACTION)),
    ]
    for channel in CHANNELS.values():
        parts += [f"\n## {channel.label}\n\n", _table(channel_metrics(channel, _DEFAULT))]
    return "".join(parts)


def _as_shown(metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """Return metrics with texts that say what rates are of in a range."""
    return rated_by_entry(metrics, in_range=False)


def _table(metrics: Iterable[Metric]) -> str:
    lines = ["| metric | label | unit | meaning | rules |", "| --- | --- | --- | --- | --- |"]
    return "".join(f"{line}\n" for line in [*lines, *_rows(metrics)])


def _rows(metrics: Iterable[Metric]) -> Iterator[str]:
    for metric in metrics:
        if metric.shown:
            label = metric.label + (" ↓" if metric.direction == "lower" else "")
            unit = metric.unit + (" ±" if is_proportion(metric, converts_once=True) else "")
            cells = (f"`{metric.key}`", label, unit, metric.text, metric.section)
            yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
