import pytest

from synthgap.floor import params
from synthgap.floor.errors import InputError
from synthgap.floor.plan import Labels
from synthgap.generate.settings import Settings
from tests.generate.made import GENERATE


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"backend": "psychic"}, "generate.backend: Input should be 'corpus', 'recorded' or 'api'"),
        ({"per_label": 0}, "generate.per_label: Input should be greater than 0, found 0"),
        ({"per_label": "9"}, "generate.per_label: Input should be a valid integer"),
        ({"follow_up": "{{ examples }}"}, "generate.follow_up: Value error, unknown placeholder"),
        ({"min_words": 0}, "generate.min_words: Input should be greater than or equal to 1"),
        ({"min_words": 5, "max_words": 4}, "max_words is 4, expected at least min_words"),
        ({"near_repeat": 0.49}, "generate.near_repeat: Input should be greater than or equal to"),
        ({"near_repeat": 1.01}, "generate.near_repeat: Input should be less than or equal to 1"),
        ({"copy_words": 1}, "generate.copy_words: Input should be greater than or equal to 2"),
        ({"seed": -1}, "generate.seed: Input should be greater than or equal to 0"),
        ({"temperature": 1.0}, "generate.temperature: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_setting_is_named(change, message):
    with pytest.raises(InputError) as caught:
        params.check(GENERATE | change, Settings, "params.yaml: generate")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_setting_is_required():
    for key in GENERATE:
        rest = {name: value for name, value in GENERATE.items() if name != key}
        with pytest.raises(InputError, match=f"generate.{key}: Field required"):
            params.check(rest, Settings, "generate")


def test_bounds_may_meet():
    assert Settings(**GENERATE | {"min_words": 3, "max_words": 3, "near_repeat": 1}).max_words == 3


@pytest.mark.parametrize("labels", [["sun"], ["sun", "sun"], ["sun", " "], ["sun", 1]])
def test_labels_are_two_or_more_different_texts(labels):
    with pytest.raises(InputError, match=r"tasks\.weather\.labels"):
        params.check(labels, Labels, "tasks.weather.labels")
