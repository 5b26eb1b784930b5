"""What the README says is what the project has."""

import json
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_table_of_stages_is_that_of_the_pipeline():
    stages = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    rows = []
    for name, stage in stages.items():
        desc = stage.get("do", stage)["desc"]
        for axis in ("task", "source", "model"):
            desc = desc.replace(f"${{item.{axis}}}", f"*{axis}*")
        rows.append(f"| `{name}` | {desc} |")
    assert "\n".join(rows) in README


def test_its_results_are_those_of_the_committed_study_on_real_texts():
    summary = json.loads((ROOT / "metrics/summary.json").read_text(encoding="utf-8"))
    page = (ROOT / "metrics/summary.md").read_text(encoding="utf-8")
    assert summary["data"] == {"source": "mirror"}
    results = README.split("<!-- results -->")[1::2]
    assert len(results) == 4, "scores, subjectivity, diversity, and how the gap goes with it"
    for table in results:
        assert table.strip()
        assert table.strip() in page


def test_the_files_that_it_names_are_there():
    for name in ("plots/figures/scores.png", "docs/study.md", "docs/data.md", "docs/llm.md"):
        assert name in README
        assert (ROOT / name).is_file()
