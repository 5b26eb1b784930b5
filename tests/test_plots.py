"""What DVC draws: its templates, and that dvc.yaml names them with titles for both axes."""

import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
PIPELINE = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
STAGES = [plot for stage in PIPELINE["stages"].values() for plot in stage.get("plots", [])]
DRAWN = {name: how for plot in [*PIPELINE["plots"], *STAGES] for name, how in plot.items()}
TEMPLATES = {file.stem: file for file in (ROOT / ".dvc/plots").glob("*.json")}


def keys(value):
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from keys(each)


@pytest.mark.parametrize("name", DRAWN)
def test_a_plot_has_a_template_of_ours_and_the_axes_that_it_draws(name):
    how = DRAWN[name]
    assert {"x", "y", "template"} <= how.keys()
    text = TEMPLATES[how["template"]].read_text(encoding="utf-8")
    for axis in ("x", "y"):
        labelled = f"<DVC_METRIC_{axis.upper()}_LABEL>" in text
        assert labelled == (f"{axis}_label" in how), axis


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_used_and_has_dvcs_marks_only_where_dvc_fills_them(name):
    content = json.loads(TEMPLATES[name].read_text(encoding="utf-8"))
    assert name in {how["template"] for how in DRAWN.values()}
    assert content["data"]["values"] == "<DVC_METRIC_DATA>"
    assert [key for key in keys(content) if re.match("<DVC", key)] == []
