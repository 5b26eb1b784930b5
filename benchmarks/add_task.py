"""How long `synthgap add-task` takes for a million rows, and how much memory.

A CSV of random words is written to a temporary repository, and the command run there in a process
of its own: once on a file of which only the last row is bad, so that all is validated and nothing
written, and once on a good one, with the table written and under DVC's control.

    python benchmarks/add_task.py [--rows 1000000] [--labels 4]
"""

import argparse
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROGRAM = """
import resource, sys
from synthgap.cli import app
status = 0
try:
    app()
except SystemExit as end:
    status = end.code
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
sys.exit(status)
"""


def write(file: Path, rows: int, labels: int) -> None:
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyzé", k=6)) for _ in range(5000)]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["text", "label"])
        for i in range(rows):
            writer.writerow([" ".join(rng.choices(words, k=16)), f"label {i % labels}"])


def measure(folder: Path, name: str, file: str) -> None:
    command = [sys.executable, "-c", PROGRAM, "add-task", name, file]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DVC_NO_ANALYTICS": "1"}
    start = time.perf_counter()
    done = subprocess.run(
        [*command, "--text", "text", "--label", "label"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    peak = done.stdout.rsplit("peak ", 1)[-1].strip()
    print(f"{name}: {seconds:.1f} s, {peak} MiB at most, exit status {done.returncode}")
    print(f"  {done.stderr.strip() or 'no error'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--labels", type=int, default=4)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "params.yaml", folder)
        shutil.copy(ROOT / ".gitignore", folder)
        for command in (["git", "init", "-q"], [sys.executable, "-m", "dvc", "init", "-q"]):
            subprocess.run(command, cwd=folder, check=True)
        write(folder / "good.csv", arguments.rows, arguments.labels)
        print(f"{arguments.rows:,} rows, {(folder / 'good.csv').stat().st_size / 2**20:.0f} MiB")
        shutil.copy(folder / "good.csv", folder / "bad.csv")
        with (folder / "bad.csv").open("a", encoding="utf-8") as out:
            out.write("one row,of a label of its own\n")
        measure(folder, "validated", "bad.csv")
        measure(folder, "added", "good.csv")


if __name__ == "__main__":
    main()
