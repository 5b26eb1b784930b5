"""Choose where the human texts come from, once for the whole plan."""

import os
from pathlib import Path

from synthgap.fetch import choose
from synthgap.fetch.source import Asked
from synthgap.floor import params, stage, tables


def main(out: Path) -> None:
    """Write to `out` which source the whole plan fetches from, and why."""
    asked = params.read("fetch.source", Asked)
    mirror = params.read("fetch.mirror", str | None)
    choice = choose.choose(asked, mirror, os.environ)
    tables.write_metrics(choice.model_dump(), out)


if __name__ == "__main__":
    stage.run(main)
