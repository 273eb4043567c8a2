"""A strict type checker, run on scripts as users write them: it accepts the right and finds the wrong."""

import re
from pathlib import Path

import pytest
from mypy import api

ROOT = Path(__file__).resolve().parent.parent

# Each line that ends in `# E: code` has exactly one error, of that code; the others have none. Notes of
# `reveal_type` are compared as well.
SCRIPTS = {
    "names.py": """
        import results_widgets as rw

        results = rw.Results("campaign.json", "events.parquet", definitions="leanplum")
        results.explore("users")
        results.explore("usrs")  # E: arg-type
        results.explore("unique_opened", action="welcome", every="1w", cumulative=True)
        results.explore("unique_openned", action="welcome")  # E: arg-type
        results.explore("users", every="1y")  # E: arg-type
        results.explore("users", cumulative="yes")  # E: arg-type
        results.explore("users", compare=True)  # E: arg-type
        results.explore("users", metric="users")  # E: misc
        results.explor("users")  # E: attr-defined
        results.users("conversions", where={"variant": "A"})
        results.users("conversion")  # E: arg-type
        results.describe("open_rate", channel="email").label
        results.describe("open_rat", channel="email")  # E: arg-type
        results.with_definitions("leanplum-v2")
        results.with_definitions("leanplum-v3")  # E: arg-type
        results.with_definitions(rw.DEFINITIONS["default"])
        results.with_uniques("roughly")  # E: arg-type
        rw.load("folder", definitions="leanplm")  # E: arg-type
        rw.Results("campaign.json", "events.parquet", uniques="about")  # E: arg-type
        results.rollup("2h")  # E: arg-type
        results.save_chart("chart.png", "conversions", every="1w", theme="dark")
        results.save_chart("chart.png", "convertions")  # E: arg-type
        results.save_chart("chart.png", every="1y")  # E: arg-type
        results.save_chart("chart.png", evry="1w")  # E: call-arg
        results.save_flow("flow.svg", theme="darkish")  # E: arg-type
    """,
    "own_channels.py": """
        import results_widgets as rw

        def read(results: rw.Results, name: str) -> None:
            results.explore(rw.MetricKey("unique_scanned"), action="poster")
            results.explore(rw.MetricKey(name))
            results.explore(name)  # E: arg-type
            results.users(rw.MetricKey("scanned"), channel="qr").save("scanned.parquet")
    """,
    "widgets.py": """
        import results_widgets as rw

        def show(results: rw.Results) -> None:
            explore = rw.Explore(results, metric="conversions", every="1w")
            reveal_type(explore.chart)  # altair.vegalite.v6.api.LayerChart | altair.vegalite.v6.api.FacetChart
            rw.Explore(results, metric="convertions")  # E: arg-type
            rw.Dashboard(results, every="1y")  # E: arg-type
            rw.Dashboard(results, metrik="users")  # E: call-arg
            rw.ActionDetail(results, "welcome", metric="unique_opened")
            reveal_type(rw.Dashboard(results).segment)  # results_widgets.segments.segment.Segment | None
            rw.Dashbord(results)  # E: attr-defined
    """,
    "answers.py": """
        import results_widgets as rw

        def ask(results: rw.Results) -> None:
            reveal_type(results.overview())  # polars.dataframe.frame.DataFrame
            reveal_type(results.between("2026-03-01"))  # results_widgets.results.results.Results
            reveal_type(results.previous())  # results_widgets.results.results.Results | None
            reveal_type(results.unique_users())  # int | None
            reveal_type(results.flow().edges)  # polars.dataframe.frame.DataFrame
            reveal_type(results.users_in_campaign().to_pandas())  # pandas.DataFrame
            reveal_type(results.users_in_campaign().to_arrow())  # pyarrow.Table
            reveal_type(results.rollup().results())  # results_widgets.results.results.Results
            reveal_type(results.uniques)  # Literal['exact'] | Literal['approximate']
            for newest in results.watch("1m"):
                reveal_type(newest)  # results_widgets.results.results.Results
    """,
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[int, list[str]]]:
    """What mypy says of each line of each script, in one run."""
    folder = tmp_path_factory.mktemp("scripts")
    for name, text in SCRIPTS.items():
        (folder / name).write_text(lines(text), encoding="utf-8")
    # The stubs of pandas and pyarrow are packages of their own; these say as much as is asked here.
    for package, kind in (("pandas", "DataFrame"), ("pyarrow", "Table")):
        (folder / "stubs" / package).mkdir(parents=True)
        (folder / "stubs" / package / "__init__.pyi").write_text(f"class {kind}: ...\n")
    config = folder / "mypy.ini"
    config.write_text(
        f"[mypy]\nstrict = True\nmypy_path = {ROOT / 'src'}:{folder / 'stubs'}\n"
        "follow_imports = silent\n"
        "[mypy-datasketches.*,duckdb.*,ipywidgets.*,psycopg.*,pyspark.*,tqdm.*]\n"
        "ignore_missing_imports = True\n"
        "[mypy-sqlframe.*,sqlglot.*]\n"
        "follow_imports = skip\n"
    )
    paths = [str(folder / name) for name in SCRIPTS]
    shown = ["--show-error-codes", "--hide-error-context", "--no-pretty", "--no-color-output"]
    cache = ["--cache-dir", str(ROOT / ".mypy_cache" / "scripts")]
    out, errors, _ = api.run(["--config-file", str(config), *shown, *cache, *paths])
    assert errors == ""
    found: dict[str, dict[int, list[str]]] = {name: {} for name in SCRIPTS}
    for path, line, kind, text in re.findall(
        r"^(.+?):(\d+): (error|note): (.+)$", out, re.MULTILINE
    ):
        if kind == "error" or text.startswith("Revealed type is"):
            found[Path(path).name].setdefault(int(line), []).append(text)
    return found


def lines(text: str) -> str:
    return re.sub("^ {8}", "", text.strip("\n"), flags=re.MULTILINE)


@pytest.mark.parametrize("name", SCRIPTS)
def test_checker_finds_what_is_wrong_and_knows_the_rest(
    name: str, said: dict[str, dict[int, list[str]]]
) -> None:
    wanted = {}
    for number, line in enumerate(lines(SCRIPTS[name]).split("\n"), 1):
        code, _, comment = line.partition("  # ")
        if comment.startswith("E: "):
            wanted[number] = (line, f"[{comment.removeprefix('E: ')}]")
        elif "reveal_type" in code:
            wanted[number] = (line, f'Revealed type is "{comment}"')
    found = {
        number: (lines(SCRIPTS[name]).split("\n")[number - 1], shortened(texts))
        for number, texts in said[name].items()
    }
    assert wanted
    assert found == wanted


def shortened(texts: list[str]) -> str:
    """The codes of errors, the whole of what is revealed."""
    return "".join(
        text if text.startswith("Revealed") else text[text.rindex("  [") + 2 :] for text in texts
    )
