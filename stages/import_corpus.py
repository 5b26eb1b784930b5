"""Bring in texts for a task from a file that was made elsewhere."""

from pathlib import Path

from synthgap.floor import params, stage, tables
from synthgap.floor.plan import Labels
from synthgap.imports import corpus as brought
from synthgap.imports import reading, settings
from synthgap.imports.settings import Import, Limits


def main(key: str, task: str, corpus: Path, train: Path, dropped: Path, metrics: Path) -> None:
    """Write the source that the entry `key` of `imports` describes."""
    entry: Import = params.read(f"imports.{key}", Import)
    labels: list[str] = params.read(f"tasks.{task}.labels", Labels)
    limits = Limits(
        min_words=params.read("generate.min_words", settings.Words),
        max_words=params.read("generate.max_words", settings.Words),
        near_repeat=params.read("generate.near_repeat", settings.Similarity),
        seed=params.read("generate.seed", settings.Seed),
    )
    rows = reading.read(corpus, entry.text, entry.label)
    imported = brought.bring_in(rows, entry, labels, limits, key)
    tables.write_texts(imported.train, train, tables.TEXTS)
    tables.write_texts(imported.dropped, dropped, tables.DROPPED)
    tables.write_metrics(imported.metrics, metrics)


if __name__ == "__main__":
    stage.run(main)
