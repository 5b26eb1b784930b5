"""Stages that wait for nothing any more are run by DVC, in as many lanes as are free."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path

from synthgap.floor.errors import InputError
from synthgap.lanes import children
from synthgap.lanes.graph import DVC, Graph
from synthgap.lanes.lane import Console, Lane

LANE_BYTES = 2 * 2**30
"""Of memory; a process of the default study takes up to 1.1 GB."""

GPU_LANES = 2
"""Of a GPU: one computes while another starts or ends. Its memory may not hold more."""


def lanes_here() -> int:
    """Return how many stages this machine runs side by side: one more than cores, 2 GiB for each.

    While a process of DVC looks at what has changed, or saves it, others wait.
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
    with children.told() as told:
        process = subprocess.Popen(
            [*DVC, "repro", *stages], env=_environment(1), text=True, process_group=0,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        told.add(process)
        status = process.wait()
    if status:
        raise InputError(f"{' or '.join(stages)}: failed as said above")


def run(graph: Graph, lanes: int) -> None:
    """Run each stage of the graph after those that it waits for.

    When one fails, or a signal to end comes, no further stage is begun. Those that run after a
    failure go on to their end; an interrupt reaches them.

    Raises:
        InputError: a stage failed, and has said why.
    """
    ahead = {stage: set(before) for stage, before in graph.items()}
    environment = _environment(lanes)
    failed: list[str] = []
    with children.told() as told, Console(len(graph)) as console:

        def start() -> Lane:
            lane = Lane(environment, console)
            told.add(lane.process)
            return lane

        with _Lanes(lanes, start) as running:
            while running or (ahead and not failed and not told.signals):
                if not failed and not told.signals:
                    running.begin(ahead)
                for stage, succeeded in running.ended():
                    if not succeeded:
                        failed.append(stage)
                        continue
                    console.finished()
                    for before in ahead.values():
                        before.discard(stage)
    if failed:
        raise InputError(f"{' and '.join(failed)}: failed as said above")


class _Lanes:
    """The stages that run, and the lanes that they run in; a lane is started when it is needed."""

    def __init__(self, most: int, start: Callable[[], Lane]) -> None:
        self._most, self._start = most, start
        self._pool, self._open = ThreadPoolExecutor(most), ExitStack()
        self._idle: list[Lane] = []
        self._running: dict[Future[bool], tuple[str, Lane]] = {}

    def __enter__(self) -> "_Lanes":
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown()
        self._open.close()

    def __len__(self) -> int:
        return len(self._running)

    def begin(self, ahead: Graph) -> None:
        """Take stages that wait for nothing out of `ahead`, as many as lanes are free."""
        ready = [stage for stage, before in ahead.items() if not before]
        for stage in ready[: self._most - len(self)]:
            del ahead[stage]
            lane = self._idle.pop() if self._idle else self._open.enter_context(self._start())
            self._running[self._pool.submit(lane.run, stage)] = stage, lane

    def ended(self) -> Iterator[tuple[str, bool]]:
        """Wait for one or more of the stages; yield each, and whether it succeeded."""
        for done in wait(self._running, return_when=FIRST_COMPLETED).done:
            stage, lane = self._running.pop(done)
            self._idle.append(lane)
            yield stage, done.result()


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
