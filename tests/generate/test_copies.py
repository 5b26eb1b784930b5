import pytest

from synthgap.generate.backend import Example
from synthgap.generate.copies import Copies
from tests.generate.made import candidate

POOL = [
    Example("r1", "The ferry left without the mayor, his dog and the band.", "rain"),
    Example("r2", "Nice day!", "sun"),
    Example("r3", "!!!", "sun"),
]
SEVEN_SHARED = "We saw the FERRY left without the mayor; and waved."
FIVE_SHARED = "A ferry left without the cook."


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        # "the ferry left without the mayor" are six words, "ferry left without the" four.
        pytest.param(SEVEN_SHARED, True, id="six words"),
        pytest.param(FIVE_SHARED, False, id="four words"),
        pytest.param("without the mayor his dog, and the band", True, id="other punctuation"),
        pytest.param("without the mayor his dogs, and the band", False, id="broken run"),
    ],
)
def test_six_words_of_an_example_that_was_shown_are_a_copy(text, copied):
    assert Copies(POOL, 6).has(candidate(text, example_ids=["r2", "r1"])) is copied


@pytest.mark.parametrize(("copy_words", "copied"), [(4, True), (5, False)])
def test_how_many_words_are_a_copy_is_a_setting(copy_words, copied):
    assert Copies(POOL, copy_words).has(candidate(FIVE_SHARED, example_ids=["r1"])) is copied


def test_a_run_of_a_text_that_was_not_shown_is_no_copy():
    assert not Copies(POOL, 6).has(candidate(SEVEN_SHARED, example_ids=["r2"]))
    assert not Copies(POOL, 6).has(candidate(SEVEN_SHARED))


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("nice  day", True),
        ("the ferry left without the mayor his dog and the band", True),
        ("Nice day out", False),
        ("!!!", True),
        ("???", False),
    ],
)
def test_a_text_of_the_pool_word_for_word_is_a_copy_shown_or_not(text, copied):
    assert Copies(POOL, 6).has(candidate(text)) is copied


def test_without_a_pool_nothing_is_a_copy():
    assert not Copies([], 2).has(candidate("Nice day!"))
