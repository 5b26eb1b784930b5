"""A small study in a temporary folder: params, a mirror, and the fetching stages run in it."""

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from ruamel.yaml import YAML

STAGES = Path(__file__).parents[2] / "stages"
FETCH = {
    "source": "mirror",
    "mirror": "mirror",
    "pool_share": 0.1,
    "test_share": 0.3,
    "train_per_label": 2,
    "test_rows": 4,
    "voted_rows": 4,
    "seed": 1,
}
DATASET = {
    "hub": "org/name",
    "train": ["train"],
    "test": ["test"],
    "text": "text",
    "label": "label",
    "names": {"day": "day", "night": "night"},
}


def write_parquet(file: Path, columns: Mapping[str, list], names: Mapping[str, list]) -> None:
    """Write a table as the hub has it; `names` has the class names of columns of numbers."""
    table = pa.table(dict(columns))
    if names:
        features = {field.name: _feature(field, names.get(field.name)) for field in table.schema}
        info = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": info})
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, file)


def _feature(field: pa.Field, names: list[str] | None) -> dict[str, Any]:
    is_list = pa.types.is_list(field.type)
    kind = field.type.value_type if is_list else field.type
    one: dict[str, Any] = {"dtype": str(kind), "_type": "Value"}
    if names:
        one = {"names": names, "_type": "ClassLabel"}
    return {"feature": one, "_type": "List"} if is_list else one


def texts(label: str, n: int, start: int = 0) -> list[dict[str, str]]:
    """Return `n` different texts of one label."""
    return [
        {"text": f"the {label} number {i} is {i * i} hours old", "label": label}
        for i in range(start, start + n)
    ]


def columns(rows: list[dict[str, Any]]) -> dict[str, list]:
    """Return rows as columns."""
    return {name: [row[name] for row in rows] for name in rows[0]}


class Study:
    """Params and a mirror in a folder; `run` runs a stage there, `tables` are its outputs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fetch = dict(FETCH)
        self.task = "hours"
        self.labels = ["day", "night"]
        self.dataset: dict[str, Any] = dict(DATASET)
        self.source = "mirror"

    def put(self, path: str, rows: list[dict[str, Any]], **names: list) -> None:
        """Write a table of the mirror, at `<org>/<name>/[<config>/]<split>`."""
        write_parquet(self.folder / "mirror" / f"{path}.parquet", columns(rows), names)

    def put_card(self, dataset: str, configs: Mapping[str, list[str]]) -> None:
        """Write the card that says which splits the configs of a dataset have."""
        entries = [
            {
                "config_name": config,
                "data_files": [{"split": s, "path": f"{config}/{s}.parquet"} for s in splits],
            }
            for config, splits in configs.items()
        ]
        card = self.folder / "mirror" / dataset / "README.md"
        card.parent.mkdir(parents=True, exist_ok=True)
        card.write_text(f"---\nconfigs: {json.dumps(entries)}\n---\n", encoding="utf-8")

    def write(self) -> None:
        """Write params.yaml and data/source.json."""
        task = {"labels": self.labels, "dataset": self.dataset}
        params = {"fetch": self.fetch, "tasks": {self.task: task}}
        with (self.folder / "params.yaml").open("w", encoding="utf-8") as out:
            YAML().dump(params, out)
        mirror = self.fetch["mirror"] if self.source == "mirror" else None
        choice = {"source": self.source, "asked": "auto", "mirror": mirror, "why": "test"}
        (self.folder / "data").mkdir(exist_ok=True)
        (self.folder / "data/source.json").write_text(json.dumps(choice), encoding="utf-8")

    def arguments(self) -> list[str]:
        """Return the arguments of fetch_real."""
        outputs = {
            "train": "train.jsonl",
            "pool": "pool.jsonl",
            "test": "test.jsonl",
            "voted": "voted.jsonl",
            "votes": "votes.parquet",
            "dropped": "dropped.jsonl",
            "metrics": "metrics.json",
        }
        given = {"task": self.task, "source": "data/source.json", "sample": "data/sample"}
        given["own"] = "data/own"
        given |= {name: f"out/{file}" for name, file in outputs.items()}
        return [part for name, value in given.items() for part in (f"--{name}", value)]

    def run(self) -> str | None:
        """Run the script in this process; return the line that it ends with, if it fails."""
        self.write()
        here, arguments = Path.cwd(), sys.argv
        script = str(STAGES / "fetch_real.py")
        os.chdir(self.folder)
        sys.argv = [script, *self.arguments()]
        try:
            runpy.run_path(script, run_name="__main__")
        except SystemExit as end:
            return str(end.code)
        finally:
            os.chdir(here)
            sys.argv = arguments
        return None

    def run_apart(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the script in a process of its own."""
        self.write()
        return run_stage("fetch_real", self.arguments(), self.folder, **environment)

    def ids(self, *tables: str) -> list[str]:
        """Return the ids of output tables, one after the other."""
        return [id_ for table in tables for id_ in self.read(table)["id"]]

    def read(self, table: str) -> pd.DataFrame:
        """Return an output table of texts."""
        lines = (self.folder / "out" / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        return pd.DataFrame(rows, columns=list(rows[0]) if rows else ["id", "text", "label"])

    def votes(self) -> dict[str, tuple[list[str], float]]:
        """Return the table of votes, by id."""
        rows = pq.read_table(self.folder / "out/votes.parquet").to_pylist()
        return {row["id"]: (row["votes"], row["agreement"]) for row in rows}

    def metrics(self) -> dict[str, Any]:
        """Return the metrics."""
        return json.loads((self.folder / "out/metrics.json").read_text(encoding="utf-8"))


def run_stage(
    name: str, arguments: list[str], folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a stage's script in a folder, with the hub allowed unless `environment` forbids it."""
    hub = ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "HF_ENDPOINT", "DVC_ROOT")
    inherited = {name: value for name, value in os.environ.items() if name not in hub}
    return subprocess.run(
        [sys.executable, str(STAGES / f"{name}.py"), *arguments],
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
