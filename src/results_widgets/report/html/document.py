"""The saved page as an HTML document: its tables stand in it, and its script puts the dashboard in their place."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from results_widgets._static import STATIC
from results_widgets._text import escape

# The page may load nothing, not even if a hostile campaign smuggled in markup.
POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; "
    "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
)
# Hides the tables while the dashboard is unpacked. A script that fails shows them again.
_BEGIN: Final = (
    'const page = document.documentElement; page.setAttribute("data-rw-starting", ""); '
    'addEventListener("error", () => page.removeAttribute("data-rw-starting"));'
)
_NO_SCRIPT: Final = (
    "The charts and switches of this report are drawn by a script, which does not run here. "
    "All its numbers are below."
)


@dataclass(frozen=True, slots=True)
class About:
    """What a reader must know to judge the numbers, as rows of a name and a text."""

    rows: tuple[tuple[str, str], ...]

    def html(self) -> str:
        """Return the rows as a definition list, escaped."""
        return "<dl>{}</dl>".format(
            "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in self.rows)
        )


def _notices() -> str:
    """Return the licences of the packages whose code is in the page, which must travel with it."""
    text = (STATIC / "THIRD_PARTY_NOTICES.txt").read_text(encoding="utf-8")
    return (
        '<details class="rw-notices"><summary>Licences of the software in this page</summary>'
        f"<pre>{escape(text)}</pre></details>"
    )


def document(
    name: str, tables: str, about: About, packed: str, *, paper: bool, after: str = ""
) -> str:
    """Return the page. Without scripts it reads as a printed report; with them it is the dashboard.

    Args:
        name: The campaign's.
        tables: The numbers and what they are of, as HTML.
        about: What a reader must know.
        packed: What the script shows.
        paper: Whether the page is to be printed: its tables follow the dashboard.
        after: What follows the dashboard in any case, as HTML.
    """
    title = escape(name)
    css = (STATIC / "styles.css").read_text(encoding="utf-8")
    own = files("results_widgets.report.html").joinpath("page.css").read_text(encoding="utf-8")
    script = (STATIC / "report.js").read_text(encoding="utf-8")
    attributes = " data-theme=light data-rw-paper" if paper else ""
    return f"""<!doctype html>
<html lang="en" dir="ltr"{attributes}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="results-widgets">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{css}</style>
<style>{own}</style>
<script>{_BEGIN}</script>
</head>
<body>
<main>
<div id="rw-stage"></div>
<div id="rw-tables" class="rw-static">
<h1 dir="auto">{title}</h1>
<p class="rw-no-script">{_NO_SCRIPT}</p>
{tables}
</div>
{after}
</main>
<details open class="rw-about"><summary>About these numbers</summary>
{about.html()}{"" if paper else _notices()}</details>
<script type="application/octet-stream" data-rw-report>{packed}</script>
<script>{script}</script>
</body>
</html>
"""
