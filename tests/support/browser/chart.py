"""Whether a chart follows what changed around it: the theme, the font, the room it has."""

from playwright.sync_api import Page

MEASURES = """() => {
    const root = document.querySelector(".rw:has(.rw-chart-svg)");
    const box = root.querySelector(".rw-chart-svg"), svg = box.querySelector("svg");
    const probe = document.createElement("span");
    root.append(probe);
    const of = (name) => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };
    const [muted, users] = [of("--rw-muted"), of("--rw-users")];
    probe.remove();
    const rgb = (colour) => {
        const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        return [...pen.getImageData(0, 0, 1, 1).data].join();
    };
    const label = svg.querySelector(".role-axis-label text");
    const line = svg.querySelector(".mark-line path");
    const fonts = [getComputedStyle(label).fontFamily, getComputedStyle(root).fontFamily];
    return {
        label: rgb(label.getAttribute("fill")), muted: rgb(muted),
        line: line && rgb(line.getAttribute("stroke")), users: rgb(users),
        drawn: svg.getBoundingClientRect().width, room: box.clientWidth,
        fonts: fonts.map((font) => font.replaceAll('"', "")),
    };
}"""
"""The colours, sizes and fonts of the chart on a page, beside those that the theme gives now."""

_FITS = f"""() => {{
    const charts = document.querySelectorAll(".rw-chart-svg");
    if (charts.length === 0) return true;
    if ([...charts].some((box) => !box.querySelector("svg .role-axis-label text"))) return false;
    const now = ({MEASURES})();
    return now.label === now.muted && Math.abs(now.drawn - now.room) <= 1 && now.fonts[0] === now.fonts[1];
}}"""
_TWO_FRAMES = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
)


def wait_until_it_fits(page: Page) -> None:
    """Wait until the page's chart, if it has one, is drawn in its theme's colours and font and fills its room."""
    page.wait_for_function(_FITS)


def seen_as(page: Page, width: int, *, dark: bool) -> None:
    """Show a page at another width and in another theme, and wait until its chart has followed."""
    size = page.viewport_size
    page.set_viewport_size({"width": width, "height": size["height"] if size else 720})
    theme = "dark" if dark else "light"
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.locator(f'.rw[data-rw-theme="{theme}"]').first.wait_for()
    # Whoever observes sizes has been told of the new one after a frame.
    page.evaluate(_TWO_FRAMES)
    wait_until_it_fits(page)
