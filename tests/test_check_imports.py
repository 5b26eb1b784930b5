"""What `synthgap plan` says of imports and size curves."""

import copy
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from synthgap import check
from synthgap.floor import params
from synthgap.floor.errors import InputError
from synthgap.tell import terminal

ROOT = Path(__file__).parents[1]
ENTRY = {
    "task": "humor", "source": "other", "path": "a.csv", "text": "t", "label": "l",
    "names": {"1": "humor", "0": "not_humor"},
}  # fmt: skip


@pytest.fixture(scope="module")
def own_params():
    content = params.load(ROOT / "params.yaml")
    tasks = {name: content["tasks"][name] for name in ("humor", "imdb")}
    study = content["study"] | {"tasks": ["humor"], "sources": ["real", "other"]}
    return content | {"study": study, "tasks": tasks, "imports": {"mine": ENTRY}}


def checked(own_params, folder, change):
    content = copy.deepcopy(own_params)
    change(content)
    file = folder / "params.yaml"
    YAML(typ="safe").dump(content, file)
    return check.check(file)


def test_an_import_is_a_source_of_the_plan(own_params, tmp_path):
    found = checked(own_params, tmp_path, lambda content: None)
    assert found.study.sources == ["real", "other"]


def test_size_curves_are_counted_apart(own_params, tmp_path):
    # 2 sizes alone, 2 and all human texts beside the other set: 5 trainings, with 3 seeds 15.
    found = checked(own_params, tmp_path, lambda c: c["study"].update(sizes={"minilm": [9, 50]}))
    assert list(terminal.plan(found.study))[-1] == (
        "sizes    minilm 9, 50: 15 further fits at most"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["imports"]["mine"].update(task="mood"), "imports.mine.task: 'mood' is not d"),
        (
            lambda c: c["imports"].update(once_more=ENTRY),
            "imports.once_more: found other of humor again, as in mine",
        ),
        *(
            (
                lambda c, key=key: c.update(imports={key: ENTRY}),
                r"params.yaml: imports\..*: .*a name of lower-case letters, digits and underscores",
            )
            for key in ("of.mine", "of mine", "of@mine", "of'mine", 'of"mine', "Mine")
        ),
        (
            lambda c: c["imports"]["mine"].update(path="it's.csv"),
            r"imports\.mine\.path: .*expected a path without a single quote, found \"it's.csv\"",
        ),
        (
            lambda c: c["imports"]["mine"].update(names={"1": "humor", "0": "sad"}),
            r"imports.mine.names: found the labels \['humor', 'sad'\], expected",
        ),
        (lambda c: c["study"].update(tasks=["humor", "imdb"]), "nothing for the task 'imdb' from"),
        (lambda c: c.update(imports={}), "study.sources: 'other' is not defined"),
        (lambda c: c["study"].update(sizes={"svm": [9]}), "study.sizes: found 'svm', expected"),
        (
            lambda c: c["study"].update(sizes={"minilm": [9]}, models=["tfidf"]),
            "study.sizes: found 'minilm', expected one of study.models, tfidf",
        ),
        (lambda c: c["study"].update(sources=["real"], sizes={"minilm": [9]}), "'real' and others"),
    ],
)
def test_what_does_not_fit_is_refused(own_params, tmp_path, change, message):
    with pytest.raises(InputError, match=message):
        checked(own_params, tmp_path, change)
