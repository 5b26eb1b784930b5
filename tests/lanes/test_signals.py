"""Signals to `synthgap repro`, on small pipelines of their own that the real DVC runs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from ruamel.yaml import YAML

PROGRAM = str(Path(sys.executable).with_name("synthgap"))

COUNTING = """
import os, pathlib, signal, sys, time
name, status = sys.argv[1:]
def told(*_):
    with open(f"{name}.told", "a") as file:
        file.write("!")
signal.signal(signal.SIGINT, told)
pathlib.Path(f"{name}.pid").write_text(str(os.getpid()))
os.rename(f"{name}.pid", f"{name}.here")
end = time.monotonic() + 120
while not pathlib.Path("go").exists():
    if time.monotonic() > end:
        sys.exit("nobody said go")
    time.sleep(0.01)
pathlib.Path(name).touch()
sys.exit(int(status) if pathlib.Path(f"{name}.told").exists() else 0)
"""
"""Of a stage that counts interrupts, and ends, with that status if there were some, at `go`."""


def counting(name: str, status: int = 0) -> dict:
    # Some shells, dash for one, end by an interrupt after a program that has outlived it.
    return {"cmd": f"exec python counting.py {name} {status}", "outs": [name]}


@contextmanager
def begun(folder: Path, *options: str):
    """Have `synthgap repro` run, in a session of its own like a terminal's."""
    (folder / "counting.py").write_text(COUNTING, encoding="utf-8")
    with (folder / "printed").open("w") as printed, subprocess.Popen(
        [PROGRAM, "repro", *options], cwd=folder, start_new_session=True,
        stdout=printed, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            (folder / "go").touch()


def until(process: subprocess.Popen, happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not happened():
        assert process.poll() is None, f"ended by {process.returncode} before it happened"
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def await_files(process: subprocess.Popen, *files: Path) -> None:
    until(process, lambda: all(file.exists() for file in files))


def names(folder: Path, ending: str) -> list[str]:
    return sorted(file.stem for file in folder.glob(f"*.{ending}"))


def saved(folder: Path) -> list[str]:
    lock = folder / "dvc.lock"
    return sorted(YAML().load(lock)["stages"]) if lock.exists() else []


def runs(folder: Path, name: str) -> bool:
    return psutil.pid_exists(int((folder / f"{name}.here").read_text()))


@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["alone", "with_its_group"])
def test_a_stage_that_asks_is_waited_for_and_told_as_often_as_the_command(project, send):
    folder = project(
        generate_zero_shot=counting("generate_zero_shot", 1), generate_few_shot=counting("few")
    )
    (folder / "params.yaml").write_text("generate: {backend: api}\n", encoding="utf-8")
    count = folder / "generate_zero_shot.told"
    with begun(folder) as process:
        await_files(process, folder / "generate_zero_shot.here")
        for times in (1, 2):
            send(process.pid, signal.SIGINT)
            until(process, lambda n=times: count.exists() and len(count.read_text()) >= n)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(1)
            assert len(count.read_text()) == times
        (folder / "go").touch()
        assert process.wait() == 130
    assert not runs(folder, "generate_zero_shot")
    assert names(folder, "here") == ["generate_zero_shot"]
    assert "pid" not in (folder / ".dvc/tmp/rwlock").read_text()


@pytest.mark.parametrize(
    ("send", "number", "status"),
    [
        (os.kill, signal.SIGINT, 130),
        (os.killpg, signal.SIGINT, 130),
        (os.kill, signal.SIGTERM, 143),
        (os.killpg, signal.SIGHUP, 129),
    ],
    ids=["interrupt", "interrupt_of_the_group", "terminate", "hang_up"],
)
def test_every_lane_is_told_once_and_waited_for_and_begins_no_other_stage(
    project, send, number, status
):
    folder = project(**{f"s{i}": counting(f"s{i}") for i in range(12)})
    with begun(folder, "--lanes", "2") as process:
        until(process, lambda: len(names(folder, "here")) == 2)
        first = names(folder, "here")
        send(process.pid, number)
        await_files(process, *(folder / f"{name}.told" for name in first))
        (folder / "go").touch()
        assert process.wait() == status
    assert [(folder / f"{name}.told").read_text() for name in first] == ["!", "!"]
    assert names(folder, "here") == saved(folder) == first
    assert not any(runs(folder, name) for name in first)


def test_an_interrupt_ends_stages_that_heed_it(project):
    code = "open('{0}.here', 'w').close(); import time; time.sleep(120)"
    cells = {name: {"cmd": f'python -c "{code.format(name)}"', "outs": [name]} for name in "ab"}
    folder = project(**cells)
    with begun(folder, "--lanes", "2") as process:
        await_files(process, folder / "a.here", folder / "b.here")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130


def test_after_a_failure_a_lane_ends_its_stage_and_begins_no_other(project):
    folder = project(
        bad={"cmd": "python failing.py", "outs": ["bad"]},
        **{f"s{i}": counting(f"s{i}") for i in range(12)},
    )
    (folder / "failing.py").write_text(
        "import time, pathlib\n"
        "while not any([*pathlib.Path().glob('*.here'), *pathlib.Path().glob('go')]):\n"
        "    time.sleep(0.01)\n"
        "raise SystemExit('no such thing')\n"
    )
    with begun(folder, "--lanes", "2") as process:
        until(process, lambda: "failed to reproduce 'bad'" in (folder / "printed").read_text())
        time.sleep(2)  # From DVC's word on it to the end of its turn is some milliseconds.
        (folder / "go").touch()
        assert process.wait() == 1
    assert len(names(folder, "here")) == 1
    assert names(folder, "here") == saved(folder)


def test_an_interrupt_leaves_a_lock_file_whole_that_dvc_writes_in_place(project):
    folder = project(b={"cmd": "python -c \"open('b', 'w')\"", "outs": ["b"]})
    # All entries are one object, so that the file has an anchor.
    other = {"cmd": "true", "outs": [{"path": "x", "md5": "0" * 32, "size": 1}]}
    lock = folder / "dvc.lock"
    YAML().dump({"schema": "2.0", "stages": {f"s{i}": other for i in range(1500)}}, lock)
    size = lock.stat().st_size
    with begun(folder) as process:
        until(process, lambda: lock.stat().st_size < size)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait() == 130
    assert len(saved(folder)) == 1501


def test_stages_stand_still_while_the_command_does(project):
    folder = project(b=counting("b"))
    with begun(folder) as process:
        await_files(process, folder / "b.here")
        stage = psutil.Process(int((folder / "b.here").read_text()))
        for number, still in ((signal.SIGTSTP, True), (signal.SIGCONT, False)):
            process.send_signal(number)
            until(process, lambda s=still: (stage.status() == psutil.STATUS_STOPPED) == s)
        (folder / "go").touch()
        assert process.wait() == 0


def test_lanes_whose_command_is_killed_begin_no_other_stage(project):
    folder = project(**{f"s{i}": counting(f"s{i}") for i in range(8)})
    with begun(folder, "--lanes", "1") as process:
        await_files(process, folder / "s0.here")
        (worker,) = psutil.Process(process.pid).children()
        process.kill()
        process.wait()
        (folder / "go").touch()
        psutil.wait_procs([worker])
    assert names(folder, "here") == ["s0"]


def test_a_stage_that_reads_its_input_does_not_get_the_names_of_others(project):
    code = "import sys; open('{0}', 'w').write(sys.stdin.read())"
    folder = project(
        **{name: {"cmd": f'python -c "{code.format(name)}"', "outs": [name]} for name in "ab"}
    )
    with begun(folder, "--lanes", "1") as process:
        assert process.wait() == 0
    assert (folder / "a").read_text() == (folder / "b").read_text() == ""
