"""The lanes on small pipelines of their own, run by the real DVC."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from synthgap.lanes import running
from synthgap.lanes.graph import DVC

PROGRAM = str(Path(sys.executable).with_name("synthgap"))

MEETING = """
import pathlib, sys, time
own, other = map(pathlib.Path, sys.argv[1:])
own.write_text("here")
end = time.monotonic() + 60
while not other.exists():
    if time.monotonic() > end:
        sys.exit("nobody came")
    time.sleep(0.01)
"""
"""Of two stages: each ends only when the other one runs too."""


def repro(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, "repro", *options],
        cwd=folder, text=True, capture_output=True,
    )  # fmt: skip


def copying(source: str, target: str) -> dict:
    code = f"import shutil; shutil.copy('{source}', '{target}')"
    return {"cmd": f'python -c "{code}"', "deps": [source], "outs": [target]}


def test_two_stages_that_wait_for_nothing_run_at_the_same_time_and_a_third_after_them(project):
    stages = {
        name: {
            "cmd": f"python meet.py {name}.here {other}.here && python -c \"open('{name}', 'w')\"",
            "deps": ["meet.py"],
            "outs": [name],
        }
        for name, other in (("left", "right"), ("right", "left"))
    }
    folder = project(
        **stages, both={"cmd": "python -c \"open('both', 'w')\"", "deps": ["left", "right"],
                        "outs": ["both"]},
    )  # fmt: skip
    (folder / "meet.py").write_text(MEETING, encoding="utf-8")
    done = repro(folder, "--lanes", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 of 3: both" in done.stdout
    again = repro(folder)
    assert again.stdout == "Data and pipelines are up to date.\n"


def test_a_change_runs_what_follows_from_it_and_nothing_else(project):
    folder = project(b=copying("a", "b"), c=copying("b", "c"), z=copying("y", "z"))
    for name in "ay":
        (folder / name).write_text("1", encoding="utf-8")
    assert repro(folder).returncode == 0
    (folder / "a").write_text("2", encoding="utf-8")
    done = repro(folder, "--lanes", "2")
    assert [line for line in done.stdout.splitlines() if " of " in line] == [
        "1 of 2: b",
        "2 of 2: c",
    ]
    assert (folder / "c").read_text(encoding="utf-8") == "2"


def test_a_table_under_dvc_that_changed_is_taken_in_first(project):
    folder = project(b=copying("own", "b"))
    (folder / "own").write_text("1", encoding="utf-8")
    subprocess.run([*DVC, "add", "-q", "own"], cwd=folder, check=True)
    assert repro(folder).returncode == 0
    (folder / "own").unlink()
    (folder / "own").write_text("2", encoding="utf-8")
    done = repro(folder, "--lanes", "2")
    assert "1 of 2: b" in done.stdout, "the pointer is the other of the two"
    assert (folder / "b").read_text(encoding="utf-8") == "2"
    status = subprocess.run([*DVC, "status"], cwd=folder, capture_output=True, text=True)
    assert status.stdout == "Data and pipelines are up to date.\n"


def test_after_a_failure_what_waits_for_it_is_not_begun_and_the_rest_is_kept(project):
    broken = {"cmd": "python -c \"raise SystemExit('no such thing')\"", "deps": ["a"],
              "outs": ["b"]}  # fmt: skip
    folder = project(broken=broken, after=copying("b", "c"), other=copying("a", "z"))
    (folder / "a").write_text("1", encoding="utf-8")
    done = repro(folder, "--lanes", "2")
    assert done.returncode == 1
    assert "broken: no such thing" in done.stdout
    assert done.stderr.splitlines()[-1] == "synthgap: broken: failed as said above"
    assert "after" not in done.stdout
    assert (folder / "z").read_text(encoding="utf-8") == "1"
    assert "other:" in (folder / "dvc.lock").read_text(encoding="utf-8")


def test_of_stages_that_share_a_process_the_one_that_fails_is_named(project):
    first = {f"s{i:02}": copying("a", f"out{i:02}") for i in range(8)}
    first["s01"]["deps"] = ["missing"]
    folder = project(**first)
    (folder / "a").write_text("1", encoding="utf-8")
    done = repro(folder, "--lanes", "1")
    assert done.stderr.splitlines()[-1] == "synthgap: s01: failed as said above"
    assert re.search(r"^s01: ERROR: .*missing'$", done.stdout, re.MULTILINE)
    assert (folder / "out00").exists()


def test_what_comes_from_the_run_cache_is_told(project):
    folder = project(b=copying("a", "b"))
    for text in "121":
        (folder / "a").write_text(text, encoding="utf-8")
        done = repro(folder)
    assert done.stdout == "1 of 1: b, from DVC's run cache\n"
    assert (folder / "b").read_text(encoding="utf-8") == "1"


def test_what_the_pipeline_does_not_need_is_left_alone(project):
    folder = project(b=copying("a", "b"))
    (folder / "a").write_text("1", encoding="utf-8")
    (folder / "slides").write_text("1", encoding="utf-8")
    subprocess.run([*DVC, "add", "-q", "slides"], cwd=folder, check=True)
    pointer = (folder / "slides.dvc").read_bytes()
    (folder / "slides").unlink()
    (folder / "slides").write_text("2", encoding="utf-8")
    assert repro(folder).returncode == 0
    assert (folder / "slides.dvc").read_bytes() == pointer


@pytest.mark.parametrize("missing", ["params.yaml", "dvc.yaml"])
def test_where_there_is_no_study_one_line_says_so(project, missing):
    folder = project()
    (folder / missing).unlink()
    done = repro(folder)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert missing in done.stderr


def test_a_lane_gets_its_part_of_the_cores_and_what_the_user_set_stays(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("RAYON_NUM_THREADS", "5")
    environment = running._environment(3)
    assert environment["OMP_NUM_THREADS"] == "2"
    assert environment["RAYON_NUM_THREADS"] == "5"


def test_lanes_are_one_more_than_there_are_cores_with_two_gib_for_each(monkeypatch, tmp_path):
    pages = {"SC_PHYS_PAGES": 3 * 2**19, "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr(os, "sysconf", pages.__getitem__)
    monkeypatch.setenv("PATH", str(tmp_path))
    for cores, lanes in ((1, 2), (2, 3), (64, 3)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, n=cores: set(range(n)))
        assert running.lanes_here() == lanes
    (tmp_path / "nvidia-smi").touch(mode=0o755)
    assert running.lanes_here() == 2
