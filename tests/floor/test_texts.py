import pytest

from synthgap.floor.texts import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("  Two\t words \n", "two words", id="white space"),
        pytest.param("LOUD Straße", "loud straße", id="case, but no spelling"),
        pytest.param("ﬁne\u00a0１２", "fine 12", id="ligature, no-break space, wide digits"),
        pytest.param("cafe\u0301", "caf\u00e9", id="composed accent"),
        pytest.param("Hi!", "hi!", id="punctuation stays"),
        pytest.param(" \n", "", id="nothing"),
    ],
)
def test_a_fold_leaves_out_case_form_and_white_space(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text", ["\u1ffc\u0342", "İstanbul", "\u1e9e", "ǅ", "Σας", "e\u0301 \u2003"]
)
def test_a_fold_is_its_own_fold(text):
    # U+1FFC is in lower case U+1FF3, which composes with the mark U+0342 that follows it.
    assert fold(fold(text)) == fold(text)
