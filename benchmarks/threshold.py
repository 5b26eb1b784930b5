"""How much of a gap on a task with two labels is a shifted threshold?

    python benchmarks/threshold.py [--model minilm]

A classifier may put the texts in the right order and cut that order at the wrong place. For every
task with two labels of a study that has run (`data/predictions`), and each of its sources: macro-F1
on the test texts as they are classified, macro-F1 with the threshold that suits the test texts best
(an upper bound: it was chosen on them), the area under the ROC curve, which knows no threshold, and
the share of texts that are given the second label, predicted and true. Means over seeds.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score, roc_auc_score

from synthgap.floor import params, tables
from synthgap.floor.plan import Study

HEADER = ["task", "source", "macro-F1", "at best", "AUC", "predicted", "true"]


def of_seed(rows: pd.DataFrame, labels: list[str]) -> list[float]:
    score = np.stack(rows["probabilities"].tolist())[:, 1]
    true = (rows["label"] == labels[1]).to_numpy()
    thresholds = np.unique(np.quantile(score, np.linspace(0.01, 0.99, 99)))
    f1 = [f1_score(true, score > t, average="macro", zero_division=0) for t in (0.5, *thresholds)]
    return [f1[0], max(f1), roc_auc_score(true, score), (score > 0.5).mean(), true.mean()]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="minilm")
    model = parser.parse_args().model
    study: Study = params.read("study", Study)
    print(f"| {' | '.join(HEADER)} |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for task in study.tasks:
        labels = params.read(f"tasks.{task}.labels", list[str])
        for source in study.sources if len(labels) == 2 else []:
            path = Path("data/predictions") / task / source / f"{model}.parquet"
            table = tables.read_numbers(path, tables.PREDICTIONS)
            test = table[table["split"] == "test"]
            seeds = [of_seed(rows, labels) for _, rows in test.groupby("seed")]
            told = [f"{100 * number:.1f}" for number in np.mean(seeds, axis=0)]
            print(f"| {task} | {source} | {' | '.join(told)} |")


if __name__ == "__main__":
    main()
