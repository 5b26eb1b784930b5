"""How a stage's script starts: its `main` has the command line that its signature says."""

import argparse
import gc
import inspect
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from synthgap.floor.errors import InputError

log = logging.getLogger(__name__)

_COLLECT_AFTER = (100_000, 20, 10)
"""New objects before the collector of reference cycles looks at the young, middle and old ones."""


def run(main: Callable[..., None]) -> None:
    """Run `main` with the arguments of the command line, `--name value` for each parameter.

    Parameters are annotated `str` or `Path`, all are required. Bad input, or an interrupt from the
    keyboard, ends in one line on standard error and exit status 1; for bad input `--debug` adds the
    traceback.
    """
    _prefer_own_package(Path(sys.argv[0]))
    # A stage lives for seconds and most of its objects are imported code: the collector, at its
    # usual pace, takes a fifteenth of that time to find nothing.
    gc.set_threshold(*_COLLECT_AFTER)
    parser = argparse.ArgumentParser(description=inspect.getdoc(main), allow_abbrev=False)
    parser.add_argument("--debug", action="store_true", help="show the traceback of bad input")
    for parameter in inspect.signature(main).parameters.values():
        flag = "--" + parameter.name.replace("_", "-")
        parser.add_argument(flag, dest=parameter.name, type=parameter.annotation, required=True)
    arguments = vars(parser.parse_args())
    debug = arguments.pop("debug")
    logging.basicConfig(format="%(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("synthgap").setLevel(logging.INFO)
    try:
        main(**arguments)
    except InputError as error:
        if debug:
            raise
        sys.exit(f"{Path(sys.argv[0]).stem}: {error}")
    except KeyboardInterrupt:
        sys.exit(f"{Path(sys.argv[0]).stem}: interrupted")
    finally:
        gc.freeze()  # The last collections, at exit, would go through all that was imported.


def _prefer_own_package(script: Path) -> None:
    """Start anew with the package beside the script if another checkout's was imported.

    `dvc exp run --temp` and `--queue` run a copy of the repository elsewhere, while the
    environment has the package of the original installed: without this, an experiment would run
    with code that it has not recorded.
    """
    own = script.resolve().parents[1] / "src"
    if (own / "synthgap").is_dir() and not Path(__file__).resolve().is_relative_to(own):
        path = os.pathsep.join([str(own), *filter(None, [os.environ.get("PYTHONPATH")])])
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONPATH": path})
