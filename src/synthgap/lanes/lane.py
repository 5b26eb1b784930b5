"""A lane: a process of DVC that runs one stage after another, and what people see of it."""

import itertools
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Never

from tqdm import tqdm

_WORKER = (sys.executable, "-m", "synthgap.lanes.worker")

_OF_A_STAGE = re.compile(r"(Running stage|Stage) '[^']+'(:| is cached| didn't change)")
_DVCS_OWN = re.compile(
    r"\s*(Updating lock|Generating lock|To track the changes|git add|To enable auto staging"
    r"|dvc config core.autostage|Use `dvc push`|Data and pipelines are up to date"
    r"|WARNING: '.+' is empty\.$|$)"
)
"""How lines begin that say nothing which is not said here."""

ENDED = "\0ended "
"""What a worker prints after a stage, before DVC's status; the stage may have left a line open."""

_ENDED = re.compile(f"(.*){ENDED}([0-9]+)")


class Console:
    """What people see of all lanes: each stage's lines under its name, and how far it has come."""

    def __init__(self, stages: int) -> None:
        self._bar: tqdm[Never] = tqdm(
            total=stages, desc="stages", unit="stage", smoothing=0, disable=None
        )
        self._stages, self._places = stages, itertools.count(1)

    def __enter__(self) -> "Console":
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()

    def began(self, stage: str) -> None:
        """Show that a stage begins, or has come from DVC's run cache."""
        self._bar.write(f"{next(self._places)} of {self._stages}: {stage}")

    def line(self, stage: str, text: str) -> None:
        """Show a line of a stage."""
        self._bar.write(f"{stage}: {text}")

    def finished(self) -> None:
        """Count a stage."""
        self._bar.update()


class Lane:
    """A process of DVC, which ends with the `with` block: after the stage that it runs."""

    def __init__(self, environment: Mapping[str, str], console: Console) -> None:
        self.process = _start(environment)
        self._console = console

    def __enter__(self) -> "Lane":
        return self

    def __exit__(self, *error: object) -> None:
        # Closes its input, which is its word to end, and waits.
        with suppress(BrokenPipeError), self.process:
            pass

    def run(self, stage: str) -> bool:
        """Have DVC run a stage; return whether it succeeded, or had nothing to do."""
        names = self.process.stdin
        # An interrupt may have ended the process already.
        with suppress(BrokenPipeError):
            if names:
                names.write(f"{stage}\n")
                names.flush()
        status = self._listen(stage)
        if status < 0:
            self._console.line(stage, f"ended by signal {-status}")
        return status == 0

    def _listen(self, stage: str) -> int:
        """Show what DVC and the stage print, and return DVC's status."""
        command_follows = False
        for line in map(str.rstrip, self.process.stdout or ()):
            if ended := _ENDED.fullmatch(line):
                if ended[1]:
                    self._console.line(stage, ended[1])
                return int(ended[2])
            if told := _OF_A_STAGE.match(line):
                if told[1] == "Running stage":
                    self._console.began(stage)
                elif told[2] == " is cached":
                    self._console.began(f"{stage}, from DVC's run cache")
            elif not (_DVCS_OWN.match(line) or (command_follows and line.startswith("> "))):
                self._console.line(stage, line)
            command_follows = line.startswith("Running stage")
        return self.process.wait()


def _start(environment: Mapping[str, str]) -> subprocess.Popen[str]:
    # It has the signal when it is ready to take it: Python would end with a traceback before.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        # A stage's lines and DVC's in the order in which they came.
        return subprocess.Popen(
            _WORKER, env=environment, text=True, errors="replace", process_group=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
