"""Processes that signals reach through this one alone, once for each signal.

A terminal tells every process of its foreground group, an editor or a supervisor often one. Asking
ends at the second interrupt, so it must not take one for two, nor miss it: each child leads a group
of its own. Whatever is to end this process is passed on, and the children are waited for.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

PASSED_ON = {
    signal.SIGINT: signal.SIGINT,
    # DVC and its stages come to an orderly end on an interrupt only.
    signal.SIGTERM: signal.SIGINT,
    signal.SIGHUP: signal.SIGINT,
    signal.SIGQUIT: signal.SIGQUIT,
}
"""By what comes here, what the children get."""


class Children:
    """The processes that are told, and the signals that came."""

    def __init__(self) -> None:
        self.signals: list[int] = []
        self._told: dict[subprocess.Popen[str], int] = {}

    def add(self, process: subprocess.Popen[str]) -> None:
        """Tell this process what comes, and what came while it started; it leads its group."""
        self._told[process] = 0
        self._tell()

    def end(self, number: int, _: FrameType | None) -> None:
        """Take a signal to end."""
        self.signals.append(number)
        self._tell()

    def pause(self, *_: object) -> None:
        """Take Ctrl-Z; what is left of this runs when the shell goes on with the job."""
        self._send(signal.SIGTSTP)
        os.kill(os.getpid(), signal.SIGSTOP)
        self._send(signal.SIGCONT)

    def _tell(self) -> None:
        for process, told in self._told.items():
            self._told[process] = len(self.signals)
            for number in self.signals[told:]:
                _send(process, PASSED_ON[signal.Signals(number)])

    def _send(self, number: int) -> None:
        for process in self._told:
            _send(process, number)


@contextmanager
def told() -> Iterator[Children]:
    """Have signals passed on; whoever adds a child waits for its end.

    Raises:
        KeyboardInterrupt: an interrupt came meanwhile.
        SystemExit: another signal to end came.
    """
    children = Children()
    wanted = dict.fromkeys(PASSED_ON, children.end) | {signal.SIGTSTP: children.pause}
    before = {
        number: signal.signal(number, handler)
        for number, handler in wanted.items()
        # As `nohup` leaves it, and a shell for what it runs in the background.
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield children
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if children.signals:
            _end(children.signals[0])


def _end(number: int) -> None:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)


def _send(process: subprocess.Popen[str], number: int) -> None:
    # Of a process that has ended, some systems say that it may not be told.
    with suppress(ProcessLookupError, PermissionError):
        if process.poll() is None:
            os.killpg(process.pid, number)
