"""Say of each source that is written whether the plan has it."""

from pathlib import Path

from synthgap.floor import params, stage, tables
from synthgap.floor.plan import Names


def main(zero_shot: Path, few_shot: Path) -> None:
    """Write a file a source: generation depends on its own one, not on the list of all sources."""
    planned: list[str] = params.read("study.sources", Names)
    for source, path in (("zero_shot", zero_shot), ("few_shot", few_shot)):
        tables.write_metrics({"planned": source in planned}, path)


if __name__ == "__main__":
    stage.run(main)
