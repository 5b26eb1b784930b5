from synthgap.generate.client import NO_KEY
from synthgap.generate.secret import hide
from tests.generate.endpoint import KEY


def test_every_occurrence_of_the_key_is_hidden():
    assert hide(f"{KEY} is not {KEY}.", KEY) == "[key] is not [key]."


def test_a_word_that_stands_for_a_key_damages_no_text():
    text = "The latest token is none, EMPTY or a test."
    for key in ("test", "token", "EMPTY", NO_KEY, ""):
        assert hide(text, key) == text
