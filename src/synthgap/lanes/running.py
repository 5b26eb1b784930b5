"""Stages that wait for nothing any more are run by DVC, in as many lanes as are free."""

import itertools
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Never

from tqdm import tqdm

from synthgap.floor.errors import InputError
from synthgap.lanes.graph import DVC, Graph

SHARE = 4
"""Stages that one process of DVC runs in turn, at most: it takes most of a second to start."""

LANE_BYTES = 2 * 2**30
"""Of memory; a process of the default study takes up to 1.1 GB."""

GPU_LANES = 2
"""Of a GPU: one computes while another starts or ends. Its memory may not hold more."""

_OF_A_STAGE = re.compile(
    r"(Running stage|Stage|ERROR: failed to reproduce) '([^']+)'(:| is cached| didn't change)"
)
_DVCS_OWN = re.compile(
    r"\s*(Updating lock|Generating lock|To track the changes|git add|To enable auto staging"
    r"|dvc config core.autostage|Use `dvc push`|Data and pipelines are up to date"
    r"|WARNING: '.+' is empty\.$)"
)
"""How lines begin that say nothing which is not said here."""


def lanes_here() -> int:
    """Return how many stages this machine runs side by side: one more than cores, 2 GiB for each.

    While a process of DVC writes the lock file, about two seconds a stage, others wait for it.
    """
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    lanes = max(1, min(_cores() + 1, memory // LANE_BYTES))
    # Not asked of torch, which takes a second to import.
    return min(lanes, GPU_LANES) if shutil.which("nvidia-smi") else lanes


def alone(*stages: str) -> None:
    """Have DVC run these and what they wait for one by one, as `dvc repro` does.

    Raises:
        InputError: one failed, and has said why.
    """
    done = subprocess.run([*DVC, "repro", *stages], env=_environment(1), check=False)
    if done.returncode:
        raise InputError(f"{' or '.join(stages)}: failed as said above")


def run(graph: Graph, lanes: int) -> None:
    """Run each stage of the graph after those that it waits for.

    When one fails, no further stage is begun; those that run go on to their end.

    Raises:
        InputError: a stage failed, and has said why.
    """
    ahead = {stage: set(before) for stage, before in graph.items()}
    environment = _environment(lanes)
    running: dict[Future[str | None], list[str]] = {}
    failed: list[str] = []
    with _Console(len(graph)) as console, ThreadPoolExecutor(lanes) as pool:
        while running or (ahead and not failed):
            for share in [] if failed else _shares(ahead, lanes, lanes - len(running)):
                running[pool.submit(_reproduce, share, environment, console)] = share
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                share = running.pop(done)
                if stage := done.result():
                    failed.append(stage)
                    continue
                console.finished(len(share))
                for before in ahead.values():
                    before.difference_update(share)
    if failed:
        raise InputError(f"{' and '.join(failed)}: failed as said above")


def _shares(ahead: Graph, lanes: int, free: int) -> Iterator[list[str]]:
    """Take stages that wait for nothing out of `ahead`, some for each free lane."""
    ready = [stage for stage, before in ahead.items() if not before]
    # Few at a time towards the end, so that the lanes end together.
    size = min(SHARE, max(1, len(ready) // (2 * lanes)))
    for start in range(0, min(len(ready), size * free), size):
        share = ready[start : start + size]
        for stage in share:
            del ahead[stage]
        yield share


def _environment(lanes: int) -> dict[str, str]:
    """Return what a lane's processes get: its part of the cores, and this Python as `python`."""
    threads = str(max(1, _cores() // lanes))
    path = os.pathsep.join([str(Path(DVC[0]).parent), os.environ.get("PATH", "")])
    defaults = {"OMP_NUM_THREADS": threads, "RAYON_NUM_THREADS": threads}
    return {**defaults, **os.environ, "PATH": path}


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Console:
    """What people see of all lanes: each stage's lines under its name, and how far it has come."""

    def __init__(self, stages: int) -> None:
        self._bar: tqdm[Never] = tqdm(
            total=stages, desc="stages", unit="stage", smoothing=0, disable=None
        )
        self._stages, self._places = stages, itertools.count(1)

    def __enter__(self) -> "_Console":
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()

    def began(self, stage: str) -> None:
        self._bar.write(f"{next(self._places)} of {self._stages}: {stage}")

    def line(self, stage: str, text: str) -> None:
        self._bar.write(f"{stage}: {text}")

    def finished(self, stages: int) -> None:
        self._bar.update(stages)


def _reproduce(stages: Sequence[str], environment: dict[str, str], console: _Console) -> str | None:
    """Have DVC run the stages one after the other; return the one that failed."""
    # A stage's lines and DVC's in the order in which they came.
    with subprocess.Popen(
        [*DVC, "--wait-for-lock", "repro", "--single-item", *stages],
        env=environment, text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        stage = _listen(process.stdout or (), stages[0], console)
    if process.returncode < 0:
        console.line(stage, f"ended by signal {-process.returncode}")
    return stage if process.returncode else None


def _listen(lines: Iterable[str], stage: str, console: _Console) -> str:
    """Show what DVC and its stages print, and return the stage of which the last line was."""
    command_follows = False
    for line in map(str.rstrip, lines):
        shown = bool(line) and not _DVCS_OWN.match(line)
        if told := _OF_A_STAGE.match(line):
            what, stage, how = told.groups()
            shown = what.startswith("ERROR")
            if what == "Running stage":
                console.began(stage)
            elif how == " is cached":
                console.began(f"{stage}, from DVC's run cache")
        if shown and not (command_follows and line.startswith("> ")):
            console.line(stage, line)
        command_follows = line.startswith("Running stage")
    return stage
