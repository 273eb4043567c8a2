"""Reading takes as much memory for a long export as for a short one: measured in processes of their own."""

import json
import subprocess
import sys
from pathlib import Path

READ = """
import sys
from pathlib import Path
import results_widgets as rw
from results_widgets.exports import campaigns, spool
spool._FEW = campaigns._TOGETHER = 40_000
export = rw.read_export(sys.argv[1])
print(export.report()["rows"].sum())
assert export.campaigns()["users"].to_list() == [int(sys.argv[2])]
print(next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line).split()[1])
"""


def write(path: Path, count: int) -> int:
    with path.open("w") as file:
        for n in range(count):
            post = {
                "email": f"user{n // 2}@example.com",
                "timestamp": 1_772_442_000 + n,
                "event": ("processed", "open", "click")[n % 3],
                "category": ["Spring", "mail"],
                "sg_event_id": f"{n:030}",
                "sg_message_id": f"{n:060}",
                "useragent": "Mozilla/4.0 (compatible; MSIE 6.1; Windows XP)" * 2,
            }
            file.write(json.dumps(post) + "\n")
    return path.stat().st_size


def peak_of(path: Path, rows: int) -> int:
    """Read a file, and return the most bytes of memory that took."""
    words = [sys.executable, "-c", READ, str(path), str(rows // 2)]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    assert int(said[0]) == rows
    return int(said[1]) * 1024


def test_a_long_export_of_more_people_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    sizes, peaks = [], []
    for rows in (80_000, 320_000):
        path = tmp_path / f"{rows}.jsonl"
        sizes.append(write(path, rows))
        # How much a process keeps for later differs from run to run; what it needs does not.
        peaks.append(min(peak_of(path, rows) for _ in range(2)))
    more = sizes[1] - sizes[0]
    assert more > 80_000_000
    assert peaks[1] - peaks[0] < more / 2
