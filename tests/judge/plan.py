"""A folder with three tasks that judges are asked about, and with human texts to vote on."""

import os
import subprocess
import sys

import pandas as pd
from ruamel.yaml import YAML
from typer.testing import CliRunner

from synthgap.cli import app
from synthgap.floor import tables
from tests.generate.api import PRICE, VARIABLE
from tests.generate.endpoint import KEY
from tests.generate.made import GENERATE, LLM

LABELS = {
    "weather": ["sun", "not_sun", "snow"],
    "moods": ["calm", "angry"],
    "spam": ["ham", "junk"],
}
HUMAN = {"t1": ["sun", "sun", "snow"], "t2": ["not_sun"] * 3, "v1": ["snow", "snow", "sun"]}
"""Of the task weather; v1 is not in the test set."""


def write(folder, url, llm=None, judges="[old_1]   # the rest are people", tasks=tuple(LABELS)):
    """Write params.yaml, with a comment that must stay."""
    sections = {
        "study": {"tasks": list(tasks), "sources": ["real"], "models": ["tfidf"], "seeds": [1]},
        "generate": GENERATE | {"backend": "api"},
        "llm": LLM | {"base_url": url, "price": PRICE, "max_tokens": 64} | (llm or {}),
        "subjectivity": {
            "min_votes": 2,
            "min_rows": 2,
            "bins": [0.0, 0.5, 1.0],
            "resamples": 100,
            "seed": 1,
        },
        "tasks": {name: _task(labels) for name, labels in LABELS.items()},
    }
    with (folder / "params.yaml").open("w", encoding="utf-8") as out:
        YAML().dump(sections, out)
        out.write("# who judges\nrank_tasks:\n  penalty: 0.05   # see the docs\n")
        out.write(f"  llm_judges: {judges}\n  resamples: 100\n  seed: 1\n")


def _task(labels):
    descriptions = {label: f"a text of {label}" for label in labels}
    return {"labels": labels, "prompt": {"descriptions": descriptions}}


def write_pools(folder, texts=("one", "two", "three")):
    for task, labels in LABELS.items():
        rows = [
            (f"{label}-{i}", f"{label} {text}", label)
            for label in labels
            for i, text in enumerate(texts)
        ]
        table = pd.DataFrame(rows, columns=tables.TEXTS.names)
        tables.write_texts(table, folder / "data/pool" / f"{task}.jsonl", tables.TEXTS)


def write_texts(folder, human=HUMAN):
    """Write the texts of weather: four to test on, one that is only voted on; and the votes."""
    test = [(f"t{i}", f"text {i}", "sun" if i % 2 else "not_sun") for i in range(1, 5)]
    voted = [("v1", "text five", "snow")]
    for name, rows in {"test": test, "voted": voted}.items():
        table = pd.DataFrame(rows, columns=tables.TEXTS.names)
        file = folder / "data" / name / "weather.jsonl"
        tables.write_texts(table, file, tables.TEXTS)
    rows = [(name, own, max(map(own.count, own)) / len(own)) for name, own in human.items()]
    table = pd.DataFrame(rows, columns=tables.VOTES.names)
    tables.write_numbers(table, folder / "data/votes/weather.parquet", tables.VOTES)


def run(*words, status=0):
    """Run the command in this process, and return what it printed."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == status, (done.output, done.exception)
    return done.output


def start(folder, *words):
    """Return the command as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", "from synthgap.cli import app; app()", *words],
        cwd=folder,
        env={**os.environ, "DVC_ROOT": str(folder), VARIABLE: KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def asked(body):
    """Return the question in the body of a request."""
    (message,) = body["messages"]
    assert message["role"] == "user"
    return message["content"]
