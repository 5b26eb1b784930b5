"""Draw samples of one size from a task's texts, and turn each text into a vector."""

from pathlib import Path

import numpy as np

from synthgap.floor import params, plan, stage, tables
from synthgap.measure.vectors import samples
from synthgap.measure.vectors.embed import encode


def main(task: str, train: Path, test: Path, embeddings: Path) -> None:
    """Write a sample of each source of the plan in `train`, and one of the test texts."""
    settings: samples.Settings = params.read("embed", samples.Settings)
    sources: list[str] = params.read("study.sources", plan.Names)
    labels: list[str] = params.read(f"tasks.{task}.labels", plan.Labels)
    paths = {source: train / f"{source}.jsonl" for source in sources} | {samples.HELD_OUT: test}
    frames = {}
    for name, path in paths.items():
        frames[name] = tables.read_texts(path, tables.TEXTS)
        tables.check_labels(frames[name], labels, path)
    drawn = samples.draw_equal(frames, settings, task)
    vectors = encode([text for frame in drawn.values() for text in frame["text"]])
    ends = np.cumsum([len(frame) for frame in drawn.values()])
    for (name, frame), rows in zip(drawn.items(), np.split(vectors, ends[:-1]), strict=True):
        embedded = frame.assign(embedding=list(rows))
        tables.write_numbers(embedded, samples.file(embeddings, name), samples.EMBEDDED)


if __name__ == "__main__":
    stage.run(main)
