"""A folder with a params.yaml whose plan asks an endpoint for two sources of one task."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

from tests.generate.api import PRICE, VARIABLE
from tests.generate.endpoint import KEY
from tests.generate.made import GENERATE, LLM

ROOT = Path(__file__).parents[2]
TASK = {
    "labels": ["sun", "rain"],
    "prompt": {
        "context": "A forecast.",
        "zero_shot": "Write {{ label }} ({{ description }}). Length: {{ length }}.",
        "few_shot": "{{ examples }}\n\nWrite {{ label }}. Length: {{ length }}.",
        "length": "4 to 6 words",
        "descriptions": {"sun": "a warm day", "rain": "a wet day"},
    },
}


def write(folder, url, llm=None, **generate):
    """Write params.yaml; the plan has the task `weather` and the two written sources."""
    sections = {
        "study": {
            "tasks": ["weather"],
            "sources": ["real", "zero_shot", "few_shot"],
            "models": ["tfidf"],
            "seeds": [1],
        },
        "generate": GENERATE | {"backend": "api", "per_label": 5} | generate,
        "llm": LLM | {"base_url": url, "price": PRICE} | (llm or {}),
        "tasks": {"weather": TASK},
    }
    with (folder / "params.yaml").open("w", encoding="utf-8") as out:
        YAML().dump(sections, out)
    (folder / "planned.json").write_text('{"planned": true}')


def write_pool(folder):
    """Write human examples: three of each label."""
    lines = [
        json.dumps({"id": f"{label}-{i}", "text": f"A person on {label}, {i}.", "label": label})
        for label in TASK["labels"]
        for i in range(3)
    ]
    (folder / "data" / "pool").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "pool" / "weather.jsonl").write_text("\n".join(lines) + "\n")


def command(out="out"):
    """Return the command of the stage `generate_zero_shot` for the task."""
    outs = {"train": "t.jsonl", "provenance": "p.jsonl", "dropped": "d.jsonl", "metrics": "m.json"}
    named = " ".join(f"--{name} {out}/{file}" for name, file in outs.items())
    script = ROOT / "stages" / "generate_zero_shot.py"
    start = f"{shlex.quote(sys.executable)} {shlex.quote(str(script))} --task weather"
    return f"{start} --corpora none --recordings recordings --planned planned.json {named}"


def zero_shot(folder, out="out"):
    """Return the running stage; its store lies in the folder."""
    return subprocess.Popen(
        shlex.split(command(out)),
        cwd=folder,
        env={**os.environ, "DVC_ROOT": str(folder), VARIABLE: KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
