"""The page about segments: every line of its code runs."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "segments.md"


def test_code_of_the_page_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    scope: dict[str, object] = {"folder": tmp_path}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), scope)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "gap.parquet",
        "segments.db",
        "upload.csv",
    ]
