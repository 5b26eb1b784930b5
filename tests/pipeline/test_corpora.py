"""A plan whose tasks have human texts, and no texts that a language model has written."""

import pandas as pd
import pytest

from tests.pipeline.conftest import make, ran

VOTED = ["headline_humor", "irony_replies"]


@pytest.fixture
def voted(tmp_path):
    """A repository whose plan has two of the tasks with votes, and a mirror with their texts."""
    repository = make(tmp_path / "a study")
    for task, table, label in (
        ("headline_humor", "humicroedit", "funny"),
        ("irony_replies", "multipico_en", "ironic"),
    ):
        rows = [
            {
                "id": f"{task}-{i}",
                "text": f"{task} on the subject of number {i}",
                "votes": [[label, f"not {label}"][(i + j) % 3 % 2] for j in range(3)],
                "majority": [label, f"not {label}"][i % 2],
                "n_raters": 3,
            }
            for i in range(200)
        ]
        file = tmp_path / "mirror" / "votes" / f"{table}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(rows).to_parquet(file)
    repository.set("study.tasks", VOTED)
    repository.set("fetch.source", "mirror")
    repository.set("fetch.mirror", "../mirror")
    return repository


def test_without_corpora_plan_says_it_before_and_repro_at_the_first_generation(voted):
    said = voted.run("synthgap", "plan", status=1).splitlines()
    assert len(said) == 1
    assert "no texts for headline_humor (zero_shot, few_shot), irony_replies (zero_shot" in said[0]
    said = voted.run("dvc", "repro", status=255)
    (line,) = [line for line in said.splitlines() if "no such file" in line]
    assert line.startswith("generate_")
    assert "_shot/headline_humor.jsonl: no such file, expected a corpus" in line
    assert "generate.backend: api" in line
    assert not any("@headline_humor-" in stage for stage in ran(said))


def test_with_human_texts_alone_there_are_curves_of_agreement(voted):
    voted.set("study.sources", ["real"])
    assert "2 cells to train" in voted.run("synthgap", "plan")
    stages = voted.repro()
    assert {f"subjectivity@{task}" for task in VOTED} <= stages
    for task in VOTED:
        assert "slope" in (voted.folder / f"metrics/subjectivity/{task}.json").read_text()
