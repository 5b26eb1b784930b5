"""Fetch, clean and draw the human texts of one task."""

import os
from pathlib import Path

from synthgap.fetch import real
from synthgap.fetch import source as sources
from synthgap.fetch.settings import Dataset, Fetch
from synthgap.fetch.sides import Task
from synthgap.floor import params, stage, tables
from synthgap.floor.plan import Labels


def main(
    task: str,
    source: Path,
    sample: Path,
    own: Path,
    train: Path,
    pool: Path,
    test: Path,
    voted: Path,
    votes: Path,
    dropped: Path,
    metrics: Path,
) -> None:
    """Write the tables of one task's human texts, from its own file or the plan's source."""
    labels = params.read(f"tasks.{task}.labels", Labels)
    dataset = params.read(f"tasks.{task}.dataset", Dataset)
    settings = params.read("fetch", Fetch)
    choice = sources.read(source)
    folders = real.Folders(sample, own)
    fetched = real.fetch(Task(task, labels, dataset, settings), choice, folders, os.environ)
    tables.write_texts(fetched.train, train, tables.TEXTS)
    tables.write_texts(fetched.pool, pool, tables.TEXTS)
    tables.write_texts(fetched.test, test, tables.TEXTS)
    tables.write_texts(fetched.voted, voted, tables.TEXTS_OR_NONE)
    tables.write_numbers(fetched.votes, votes, tables.VOTES)
    tables.write_texts(fetched.dropped, dropped, tables.DROPPED)
    tables.write_metrics(fetched.metrics, metrics)


if __name__ == "__main__":
    stage.run(main)
