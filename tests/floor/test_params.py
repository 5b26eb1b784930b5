from typing import Annotated, Literal

import pytest
from pydantic import Field

from synthgap.floor import params
from synthgap.floor.errors import InputError
from synthgap.floor.plan import Study


class Fruit(params.Section):
    count: int = Field(gt=0)
    share: float = Field(ge=0, le=1)


class Leaf(params.Section):
    kind: Literal["leaf"]


def written(folder, text):
    file = folder / "params.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_yaml_is_read_as_dvc_reads_it(tmp_path):
    text = "tasks:\n  labels: [no, on, 'null', 1e5x]\n  time: 1:30\n  rate: 1e-5\n"
    file = written(tmp_path, text)
    expected = {"labels": ["no", "on", "null", "1e5x"], "time": "1:30", "rate": 1e-5}
    assert params.load(file) == {"tasks": expected}


def test_a_dotted_key_leads_to_its_value(tmp_path):
    file = written(tmp_path, "models: {a: {deep: [1, 2]}}\n")
    assert params.read("models.a.deep", list[int], file) == [1, 2]


def test_a_section_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        Fruit(count=1, share=0.5).count = 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fetch: {count: 0, share: 1}", "fetch.count: Input should be greater than 0, found 0"),
        ("fetch: {count: '3', share: 1}", "fetch.count: Input should be a valid integer, found"),
        ("fetch: {count: true, share: 1}", "fetch.count: Input should be a valid integer"),
        ("fetch: {count: 3, share: 1.5}", "fetch.share: Input should be less than or equal to 1"),
        ("fetch: {count: 3}", "fetch.share: Field required"),
        ("fetch: {count: 3, share: 1, size: 2}", "fetch.size: Extra inputs are not permitted"),
        ("fetch: [1]", "fetch: Input should be a valid dictionary"),
        ("fetch: null", "fetch: Input should be a valid dictionary"),
        ("study: {}", "fetch is missing"),
        ("- 1", "found list, expected sections"),
        ("fetch: [", "not valid YAML"),
        ("fetch: 1\nfetch: 2", "not valid YAML: while constructing a mapping"),
        (b"fetch: \xff", "not UTF-8 at byte 7"),
        ("fetch: 2024-99-99", "not valid YAML"),
        ("fetch: " + "[" * 5000, "not valid YAML"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(tmp_path, text, message):
    file = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        params.read("fetch", Fruit, file)
    assert message in str(caught.value)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.yaml: cannot be read \(No such file"):
        params.load(tmp_path / "none.yaml")


AXES = {"tasks": ["a"], "sources": ["real"], "models": ["m"], "seeds": [1]}


@pytest.mark.parametrize(
    ("axis", "values", "message"),
    [
        ("tasks", ["a", "b", "a"], "'a' is listed twice"),
        ("seeds", [1, 1], "1 is listed twice"),
        ("seeds", [-1], "greater than or equal to 0"),
        ("sources", [], "at least 1 item"),
        ("models", ["BERT"], "lower-case letters"),
        ("tasks", ["a/b"], "lower-case letters"),
        ("tasks", [""], "lower-case letters"),
    ],
)
def test_a_bad_axis_of_the_plan_is_refused(axis, values, message):
    with pytest.raises(InputError, match=message):
        params.check({**AXES, axis: values}, Study, "params.yaml: study")


def test_the_place_of_an_error_in_a_union_names_only_keys_of_the_file(tmp_path):
    class Stone(params.Section):
        kind: Literal["stone"]
        weight: int

    kind = dict[str, Annotated[Stone | Leaf, Field(discriminator="kind")]]
    file = written(tmp_path, "models: {a: {kind: stone, weight: heavy}, b: {kind: leaf}}\n")
    with pytest.raises(InputError, match=r"params\.yaml: models\.a\.weight: Input should be a"):
        params.read("models", kind, file)


def test_a_text_under_an_unknown_key_may_be_a_secret_and_is_not_shown(tmp_path):
    file = written(tmp_path, "fetch: {count: 1, share: 1, api_key: sk-1234}\n")
    with pytest.raises(InputError, match=r"fetch\.api_key: Extra inputs") as caught:
        params.read("fetch", Fruit, file)
    assert "sk-1234" not in str(caught.value)
