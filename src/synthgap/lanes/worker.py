"""One process of DVC for many stages: reads their names, one a line, and runs each as it comes.

DVC takes most of a second to start, so a process for each stage would be dear. And whoever gives
the names decides after each stage whether there is another.
"""

import os
import signal
import sys
from collections.abc import Iterator

from dvc import cli
from dvc.dvcfile import Lockfile

from synthgap.lanes import lock_file
from synthgap.lanes.lane import ENDED


def main() -> None:
    """Run the stages whose names come through standard input, until it is closed."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    Lockfile.dump_stages = lock_file.record
    try:
        # Whoever starts this blocks them, so that none comes while Python imports.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        for stage in _names():
            status = cli.main(["--wait-for-lock", "repro", "--single-item", stage])
            sys.stdout.write(f"{ENDED}{status}\n")
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def _names() -> Iterator[str]:
    names = os.fdopen(os.dup(0))
    # A stage that reads its standard input must not get them.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    for line in names:
        yield line.rstrip("\n")


if __name__ == "__main__":
    main()
