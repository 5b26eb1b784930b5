"""How long the numbers of a task with very many votes take: alpha, curves, bins and intervals.

python benchmarks/agreement.py
"""

import time
from pathlib import Path

import numpy as np
import pandas as pd

from synthgap.floor.plan import Cell
from synthgap.measure.agreement import agreement, hits, subjectivity

N_TEXTS, N_RATERS, RESAMPLES, SEEDS = 10_000, 20, 2000, [1, 2, 3]
LABELS = ["negative", "neutral", "positive"]
CELLS = [Cell(source, model) for source in ("real", "zero_shot", "few_shot") for model in "ab"]


def made_votes(rng: np.random.Generator, missing: float) -> pd.DataFrame:
    """Return a table of votes, each rater's absent at random."""
    truth = rng.integers(0, len(LABELS), N_TEXTS)
    noise = rng.integers(0, len(LABELS), (N_RATERS, N_TEXTS))
    said = np.where(rng.random((N_RATERS, N_TEXTS)) < rng.random(N_TEXTS), truth, noise)
    names = np.array(LABELS, dtype=object)[said]
    present = rng.random((N_RATERS, N_TEXTS)) >= missing
    present[:2] = True
    votes = [names[present[:, i], i] for i in range(N_TEXTS)]
    shares = [float((v[:, None] == np.array(LABELS)).sum(axis=0).max() / len(v)) for v in votes]
    return pd.DataFrame(
        {"id": [f"t{i}" for i in range(N_TEXTS)], "votes": votes, "agreement": shares}
    )


def made_predictions(rng: np.random.Generator, ids: list[str]) -> pd.DataFrame:
    """Return predictions of every text by every seed."""
    names = np.array(LABELS, dtype=object)
    frames = [
        pd.DataFrame(
            {
                "id": ids,
                "seed": seed,
                "label": names[0],
                "predicted": names[rng.integers(0, 2, N_TEXTS)],
            }
        )
        for seed in SEEDS
    ]
    return pd.concat(frames, ignore_index=True)


def seconds_of(table: pd.DataFrame, predictions: list[pd.DataFrame]) -> dict[str, float]:
    """Return what each part takes; tables are in memory."""
    settings = subjectivity.Settings(
        min_votes=2,
        min_rows=20,
        bins=[0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0],
        resamples=RESAMPLES,
        seed=1,
    )
    marks = [("start", time.perf_counter())]
    votes = agreement.count_votes(table, LABELS, Path("votes"))
    counted = subjectivity.select(votes, settings.min_votes)
    marks.append(("count votes", time.perf_counter()))
    truth = dict.fromkeys(votes.ids, LABELS[0])
    right = [hits.count_hits(cell, truth, SEEDS, Path("cell")) for cell in predictions]
    scored = hits.score(counted.votes, truth, right, SEEDS)
    marks.append((f"count hits of {len(CELLS)} cells", time.perf_counter()))
    curves = subjectivity.draw_curves("t", scored, CELLS, settings)
    marks.append((f"{len(curves.steps)} thresholds, slopes", time.perf_counter()))
    subjectivity.card("t", counted, curves, settings)
    marks.append(("alpha, mean agreement", time.perf_counter()))
    list(subjectivity.bin_rows("t", scored, CELLS, settings))
    marks.append(("bins", time.perf_counter()))
    spans = zip(marks[1:], marks, strict=False)
    return {name: end - start for (name, end), (_, start) in spans}


def main() -> None:
    rng = np.random.default_rng(1)
    for missing in (0.0, 0.3):
        table = made_votes(rng, missing)
        predictions = [made_predictions(rng, table["id"].tolist()) for _ in CELLS]
        spans = seconds_of(table, predictions)
        print(
            f"{N_TEXTS} texts, {N_RATERS} raters, {missing:.0%} of votes missing, "
            f"{RESAMPLES} resamples:"
        )
        for name, span in (spans | {"in all": sum(spans.values())}).items():
            print(f"  {span:6.2f} s  {name}")


if __name__ == "__main__":
    main()
