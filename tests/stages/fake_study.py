"""A small study whose predictions are drawn, to run the stages after `train` end to end."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from synthgap.floor import seeds, tables
from tests.measure.diversity_cards import diversity_card
from tests.stages import fake_texts

ROOT = Path(__file__).resolve().parents[2]

PLAN = {
    "tasks": ["weather", "moods"],
    "sources": ["real", "zero_shot", "few_shot"],
    "models": ["minilm", "tfidf"],
    "seeds": [1, 2],
    "sizes": {},
}
LABELS = {"weather": ["sun", "rain"], "moods": ["calm", "cross", "glad"]}
RIGHT_SHARE = {"real": 0.9, "zero_shot": 0.6, "few_shot": 0.88}
"""Of the test texts, by source."""

N_TEST = 60


def write_params(folder, plan=PLAN, **evaluate):
    settings = {
        "study": plan,
        "evaluate": {"tolerance": 0.02, "resamples": 200, "seed": 1} | evaluate,
        "tasks": {task: {"labels": LABELS[task]} for task in LABELS},
    }
    for section in ("fetch", "generate", "models", "subjectivity", "embed", "diversity"):
        settings[section] = {"seed": 1}
    settings["rank_tasks"] = {"llm_judges": ["judge_1"]}
    with (folder / "params.yaml").open("w", encoding="utf-8") as out:
        YAML().dump(settings, out)


def write_study(folder, plan=PLAN, origin="mirror"):
    """Write everything that evaluate, summarize and report read, for the plan."""
    write_params(folder, plan)
    tables.write_metrics(
        {"source": origin, "asked": "auto", "mirror": "m", "why": "."}, folder / "data/source.json"
    )
    ranks = {task: {"rank": float(i), "objectivity": 0.0} for i, task in enumerate(plan["tasks"])}
    ranking = {"judgments": "llm", "left_out_judgments": 0, "penalty": 0.05, "tasks": ranks}
    tables.write_metrics(ranking, folder / "metrics/rank_tasks.json")
    write_diversity(folder, plan)
    fake_texts.write(folder, plan, LABELS)
    for task in plan["tasks"]:
        tables.write_metrics({"votes": "none"}, folder / f"metrics/subjectivity/{task}.json")
        test = texts(task, "test", N_TEST)
        tables.write_texts(test, folder / f"data/test/{task}.jsonl", tables.TEXTS)
        metrics = folder / f"metrics/fetch/{task}.json"
        tables.write_metrics({"source": origin, "test_rows": N_TEST}, metrics)
        for source in plan["sources"]:
            training = folder / f"data/train/{task}/{source}.jsonl"
            tables.write_texts(texts(task, source, 8), training, tables.TEXTS)
            for model in plan["models"]:
                predicted = predictions(test, task, source, model, plan["seeds"])
                path = folder / f"data/predictions/{task}/{source}/{model}.parquet"
                tables.write_numbers(predicted, path, tables.PREDICTIONS)


def write_diversity(folder, plan):
    """Write what `diversity` would have written of the plan's sources."""
    for task in plan["tasks"]:
        card = diversity_card(0.7, plan["sources"]).model_dump(exclude_none=True)
        tables.write_metrics(card, folder / f"metrics/diversity/{task}.json")


def texts(task, part, n):
    labels = LABELS[task]
    return pd.DataFrame(
        {
            "id": [f"{part}-{i}" for i in range(n)],
            "text": [f"{task} {part} text number {i}" for i in range(n)],
            "label": [labels[i % len(labels)] for i in range(n)],
        },
        dtype=object,
    )


def predictions(test, task, source, model, plan_seeds):
    """Return predictions of the test texts and of two voted ones, right at the source's share."""
    voted = texts(task, "voted", 2)
    frames = []
    for seed in plan_seeds:
        rng = seeds.rng(seed, task, source, model)
        for split, frame in (("test", test), ("voted", voted)):
            right = rng.random(len(frame)) < RIGHT_SHARE[source]
            guess = rng.choice(np.array(LABELS[task], dtype=object), len(frame))
            frames.append(
                pd.DataFrame(
                    {
                        "id": frame["id"],
                        "split": split,
                        "seed": seed,
                        "label": frame["label"],
                        "predicted": np.where(right, frame["label"], guess),
                        "probabilities": [[1 / len(LABELS[task])] * len(LABELS[task])] * len(frame),
                    }
                )
            )
    return pd.concat(frames, ignore_index=True)


EVALUATE = {
    "predictions": "data/predictions/{task}",
    "train": "data/train/{task}",
    "test": "data/test/{task}.jsonl",
    "metrics": "metrics/evaluate/{task}.json",
    "confusion": "plots/confusion/{task}",
}
SUMMARIZE = {
    "source": "data/source.json",
    "fetched": "metrics/fetch",
    "evaluated": "metrics/evaluate",
    "agreements": "metrics/subjectivity",
    "ranking": "metrics/rank_tasks.json",
    "diversities": "metrics/diversity",
    "summary": "metrics/summary.json",
    "scores": "plots/scores.csv",
    "gaps": "plots/gaps.csv",
    "relations": "plots/relations.csv",
    "diversity": "plots/diversity.csv",
}
REPORT = {
    "summary": "metrics/summary.json",
    "evaluated": "metrics/evaluate",
    "agreements": "metrics/subjectivity",
    "generated": "metrics/generate",
    "curves": "plots/agreement",
    "bins": "plots/bins",
    "confusion": "plots/confusion",
    "diversities": "metrics/diversity",
    "maps": "plots/map",
    "neighbours": "data/neighbours",
    "train": "data/train",
    "dropped": "data/dropped",
    "table": "metrics/summary.md",
    "figures": "plots/figures",
    "page": "plots/report.html",
}


def evaluate(task):
    """Run the stage in this process, in the current folder."""
    arguments = {name: Path(path.format(task=task)) for name, path in EVALUATE.items()}
    _main("evaluate")(task=task, **arguments)


def summarize():
    _main("summarize")(**{name: Path(path) for name, path in SUMMARIZE.items()})


def report():
    _main("report")(**{name: Path(path) for name, path in REPORT.items()})


def run_all(plan=PLAN):
    for task in plan["tasks"]:
        evaluate(task)
    summarize()
    report()


def refusal(stage, folder, arguments, task=None):
    """Return the one line with which the stage's script ends; fails if it ends otherwise."""
    command = [sys.executable, str(ROOT / "stages" / f"{stage}.py")]
    if task is not None:
        command += ["--task", task]
    for name, path in arguments.items():
        command += [f"--{name}", path.format(task=task)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def read(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def snapshot(folder, *parts):
    """Return the bytes of every file in these parts of the folder."""
    files = [file for part in parts for file in (folder / part).rglob("*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def _main(stage):
    spec = importlib.util.spec_from_file_location(f"stage_{stage}", ROOT / f"stages/{stage}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main
