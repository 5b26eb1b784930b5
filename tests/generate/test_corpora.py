from collections import Counter
from pathlib import Path

import pytest

from synthgap.floor import params
from synthgap.generate.backend import Brief
from synthgap.generate.generation import Sources, generate
from synthgap.generate.prompts import Wording
from tests.generate.made import llm, settings

ROOT = Path(__file__).parents[2]
TASKS = params.load(ROOT / "params.yaml")["tasks"]
CORPORA = sorted(ROOT.glob("data/corpora/*/*.jsonl"))


@pytest.mark.parametrize("path", CORPORA, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_stored_corpus_has_a_hundred_texts_of_use_for_each_label(path):
    labels = TASKS[path.stem]["labels"]
    brief = Brief(path.stem, path.parent.name, labels, Wording("c", "r", "l", {}), pool=[])
    sources = Sources(path.parent, Path("none"))
    made = generate(brief, settings(per_label=100), llm(), sources)
    assert Counter(made.train["label"]) == dict.fromkeys(labels, 100)


def test_there_is_a_corpus_for_each_task_of_the_plan():
    study = params.load(ROOT / "params.yaml")["study"]
    sources = set(study["sources"]) - {"real"}
    expected = {(source, task) for source in sources for task in study["tasks"]}
    assert {(path.parent.name, path.stem) for path in CORPORA} >= expected
