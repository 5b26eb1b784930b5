from pathlib import Path

import pytest

from synthgap.floor import params
from synthgap.floor.errors import InputError
from synthgap.floor.plan import Labels
from synthgap.generate import prompts
from synthgap.generate.settings import Settings

PARAMS = params.load(Path(__file__).parents[2] / "params.yaml")
KINDS = {
    "context": prompts.Context,
    "zero_shot": prompts.ZeroShot,
    "few_shot": prompts.FewShot,
    "length": prompts.Text,
    "descriptions": prompts.Descriptions,
}
VALUES = {"label": "L", "description": "D", "length": "N", "examples": "E"}


@pytest.mark.parametrize("task", PARAMS["tasks"])
def test_the_prompts_of_every_task_in_params_are_valid(task):
    labels = params.check(PARAMS["tasks"][task]["labels"], Labels, task)
    prompt = PARAMS["tasks"][task]["prompt"]
    assert set(prompt) == set(KINDS)
    for key, kind in KINDS.items():
        params.check(prompt[key], kind, f"tasks.{task}.prompt.{key}")
    prompts.check_descriptions(prompt["descriptions"], labels, task)


def test_the_settings_in_params_are_valid():
    assert params.check(PARAMS["generate"], Settings, "generate").per_label > 0


def test_a_template_is_filled_with_its_values():
    template = "Write {{ label }} ({{ description }}): {{ length }}.\n\n{{ examples }}"
    assert prompts.render(template, VALUES) == "Write L (D): N.\n\nE"


def test_a_value_is_never_taken_for_a_template_nor_escaped():
    hostile = "{{ 7 * 7 }} {% for %} <b> & 'x'"
    assert prompts.render("{{ examples }}", {"examples": hostile}) == hostile


def test_a_missing_value_is_an_error():
    with pytest.raises(ValueError, match="'length' is undefined"):
        prompts.render("{{ length }}", {"label": "L"})


@pytest.mark.parametrize(
    ("kind", "template"),
    [
        pytest.param(prompts.Context, "No placeholder at all.", id="plain context"),
        pytest.param(prompts.Context, "You write {{ label }}.", id="context of a label"),
        pytest.param(prompts.ZeroShot, "{{ description }}, please", id="described only"),
        pytest.param(prompts.ZeroShot, "{{ label | upper }} in {{ length }}", id="filter"),
        pytest.param(prompts.FewShot, "As these:\n{{ examples }}", id="examples only"),
        pytest.param(
            prompts.FollowUp, "{% if label == 'rain' %}Wet{% else %}Dry{% endif %}", id="branch"
        ),
    ],
)
def test_a_template_that_works_is_left_as_it_is(kind, template):
    assert params.check(template, kind, "here") == template


@pytest.mark.parametrize(
    ("kind", "template", "message"),
    [
        (prompts.ZeroShot, "{{ label", "not a Jinja template (unexpected end of template"),
        (prompts.ZeroShot, "{% if label %}", "not a Jinja template (Unexpected end of template"),
        (prompts.ZeroShot, "{{ label | shout }}", "No filter named 'shout'"),
        (
            prompts.ZeroShot,
            "{{ lable }}",
            "unknown placeholder 'lable', expected label, description, length",
        ),
        (prompts.ZeroShot, "{{ label }} {{ examples }}", "unknown placeholder 'examples'"),
        (prompts.FollowUp, "{{ examples }}", "unknown placeholder 'examples'"),
        (prompts.Context, "{{ examples }}", "unknown placeholder 'examples'"),
        (prompts.ZeroShot, "Write {{ length }}", "expected the placeholder label or description"),
        (prompts.FewShot, "{{ label }}", "expected the placeholder examples"),
        (prompts.ZeroShot, "{{ label.size }}", "has no attribute 'size'"),
        (prompts.ZeroShot, "{{ label }}{{ 1 / 0 }}", "the template fails (division by zero)"),
        (prompts.ZeroShot, "{{ label }}{{ 1 + '1' }}", "the template fails (unsupported operand"),
        (prompts.ZeroShot, "{{ label }}{% include 'x' %}", "the template fails (no loader"),
        (prompts.ZeroShot, "{{ label.__class__.__mro__ }}", "is unsafe"),
        (prompts.Context, " \n", "expected a text that is not blank"),
        (prompts.ZeroShot, "{% if not label %}x{% endif %}", "expected a text that is not blank"),
        (prompts.Text, "  ", "expected a text that is not blank"),
        (prompts.Descriptions, {"sun": ""}, "expected a text that is not blank"),
        (prompts.FewShot, 7, "Input should be a valid string"),
    ],
)
def test_what_is_wrong_with_a_wording_is_said_in_one_line(kind, template, message):
    with pytest.raises(InputError) as caught:
        params.check(template, kind, "params.yaml: key")
    assert message in str(caught.value)
    assert str(caught.value).startswith("params.yaml: key")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("described", [["sun"], ["sun", "rain", "snow"], ["sun", "Rain"], []])
def test_descriptions_must_be_of_the_labels(described):
    with pytest.raises(InputError, match=r"prompt\.descriptions: found .*, expected the labels"):
        prompts.check_descriptions(dict.fromkeys(described, "x"), ["sun", "rain"], "weather")


def test_descriptions_may_stand_in_another_order():
    prompts.check_descriptions({"rain": "wet", "sun": "dry"}, ["sun", "rain"], "weather")
