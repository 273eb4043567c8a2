"""What rows of one table say for those of another is kept within bounds, and found as in a dict."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from results_widgets.exports import kept
from results_widgets.exports.kept import Kept
from tests.support.profiles import examples

KEYS = st.one_of(st.text(max_size=3), st.integers(-(2**70), 2**70), st.none(), st.booleans())
VALUES = st.one_of(
    st.text(max_size=5), st.integers(), st.lists(st.none() | st.text()), st.just({"a": 2**80})
)


@given(
    st.lists(st.tuples(KEYS, VALUES), max_size=60), st.lists(KEYS, max_size=20), st.integers(1, 9)
)
@settings(max_examples=examples(8))
def test_what_is_kept_is_found_as_in_a_dict(
    entries: list[tuple[Any, Any]], asked: list[Any], few: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "_FEW", few)
        found, plain = Kept(), {}
        for key, value in entries:
            found[key] = value
            plain[json.dumps(key)] = value
        for key in [*asked, *(key for key, _ in entries)]:
            assert as_kept(found.get(key, "none")) == as_kept(plain.get(json.dumps(key), "none"))
        assert sorted(str(as_kept(one)) for _, one in found.items()) == sorted(
            str(as_kept(one)) for one in plain.values()
        )


def as_kept(value: Any) -> Any:
    """Numbers beyond 64 bits may have become text."""
    if isinstance(value, dict):
        return {key: as_kept(one) for key, one in value.items()}
    return str(value) if isinstance(value, int) else value


READ = """
import sys
from pathlib import Path
import results_widgets as rw
from results_widgets.exports import kept
kept._FEW = int(sys.argv[2])
export = rw.read_export(sys.argv[1], "customerio")
print(export.campaigns()["users"].to_list(), export.report()["rows"].sum())
print(next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line).split()[1])
"""


def test_deliveries_and_people_of_customerio_take_bounded_memory(tmp_path: Path) -> None:
    count = 120_000
    with (tmp_path / "deliveries.csv").open("w") as file:
        file.write(
            "delivery_id,internal_customer_id,delivery_type,campaign_id,action_id,recipient\n"
        )
        file.writelines(
            f"d{n:030},c{n:030},email,7,70,user{n:020}@example.com\n" for n in range(count)
        )
    with (tmp_path / "people.csv").open("w") as file:
        file.write("internal_customer_id,customer_id,workspace_id\n")
        file.writelines(f"c{n:030},user {n},1\n" for n in range(count))
    with (tmp_path / "metrics.csv").open("w") as file:
        file.write("delivery_id,metric,created_at,event_id\n")
        file.writelines(f"d{n:030},sent,1772442000,e{n}\n" for n in range(0, count, 10))

    def read(few: int) -> tuple[str, int]:
        words = [sys.executable, "-c", READ, str(tmp_path), str(few)]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
        return said[0], int(said[1])

    (answer, least), (same, most) = read(5_000), read(10**9)
    assert answer == same == f"[{count // 10}] {count // 10}"
    assert most - least > 12 << 10


def test_later_rows_of_a_delivery_win(tmp_path: Path) -> None:
    (tmp_path / "deliveries.csv").write_text(
        "delivery_id,delivery_type,campaign_id,customer_id\nd,email,1,anna\nd,email,2,anna\n"
    )
    (tmp_path / "metrics.csv").write_text("delivery_id,metric,created_at\nd,sent,1772442000\n")
    found = rw.read_export(tmp_path, "customerio").campaigns()
    assert found["campaign_id"].to_list() == ["2"]
