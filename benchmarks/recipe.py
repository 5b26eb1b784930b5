"""Compare settings of a fine-tuned model on texts that no table of the study holds.

Texts come from the *training* side of a task (`data/train` of a run of `fetch_real` with
`fetch.train_per_label: null`), never from its test side. Each draw takes a training table of the
default size and at most 500 other texts to validate on; a seed goes with each draw.

    python benchmarks/recipe.py --tables DIR --draws 3 --set steps=80 --set steps=120

prints macro-F1 (mean over draws) and seconds a fit, for each task and each `--set`.
"""

import argparse
import time
from pathlib import Path
from statistics import fmean, median

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from synthgap.classify.cell import prepare
from synthgap.classify.protocol import Examples
from synthgap.classify.settings import Model
from synthgap.fetch import draw
from synthgap.floor import params, tables

VALIDATION_ROWS = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--tasks", nargs="+")
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--first-draw", type=int, default=0)
    parser.add_argument("--model", default="minilm")
    parser.add_argument("--set", action="append", dest="variants", default=[])
    options = parser.parse_args()
    base = params.load()["models"][options.model]
    means: dict[str, list[float]] = {}
    for task in options.tasks or params.load()["study"]["tasks"]:
        texts = tables.read_texts(options.tables / task / "real.jsonl", tables.TEXTS)
        for variant in options.variants or [""]:
            settings = params.check(base | changes(variant), Model, variant)
            draws = range(options.first_draw, options.first_draw + options.draws)
            results = [fit(settings, task, texts, number) for number in draws]
            f1 = fmean(score for score, _ in results)
            means.setdefault(variant, []).append(f1)
            scores = " ".join(f"{score:.1f}" for score, _ in results)
            seconds = median(seconds for _, seconds in results)
            print(f"{task:22} {variant:40} {f1:5.1f}  ({scores})  {seconds:5.1f} s", flush=True)
    for variant, scores in means.items():
        print(f"{'mean':22} {variant:40} {fmean(scores):5.1f}", flush=True)


def changes(variant: str) -> dict[str, object]:
    """Return `a=1,b=null` as params."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe")
    pairs = (pair.split("=") for pair in variant.split(",") if pair)
    return {key: yaml.load(value) for key, value in pairs}


def fit(settings: Model, task: str, texts: pd.DataFrame, number: int) -> tuple[float, float]:
    """Return macro-F1 in percent on validation texts, and seconds to fit and predict."""
    labels = sorted(texts["label"].unique())
    sample = draw.take(texts, 100 * len(labels), 1, number, task, "recipe")
    unseen = draw.take(sample.rest, VALIDATION_ROWS, 1, number, task, "validation").taken
    places = {label: i for i, label in enumerate(labels)}
    examples = Examples(
        sample.taken["text"].tolist(), sample.taken["label"].map(places).to_numpy(), len(labels)
    )
    classifier = prepare(settings, examples, unseen["text"].tolist())
    started = time.perf_counter()
    predicted = classifier.fit(number + 1).probabilities.argmax(axis=1)
    seconds = time.perf_counter() - started
    truth = unseen["label"].map(places).to_numpy()
    return 100 * f1_score(truth, predicted, average="macro", zero_division=np.nan), seconds


if __name__ == "__main__":
    main()
