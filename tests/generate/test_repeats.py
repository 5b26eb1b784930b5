import itertools

import numpy as np
import pytest

from synthgap.floor.texts import fold
from synthgap.generate.repeats import NearRepeats

SENTENCE = "the heron waited by a cold grey river until some small fish forgot to hide"
WORDS = SENTENCE.split()


def remembering(*texts, threshold=0.7, seed=1):
    near = NearRepeats(threshold, seed)
    for text in texts:
        near.add(text)
    return near


@pytest.mark.parametrize(("threshold", "has"), [(0.66, True), (0.67, False)])
def test_similarity_by_hand(threshold, has):
    # abcdefgh: abcd bcde cdef defg efgh; with x at the end efgx for efgh.
    # 4 in common of 6 in all: 0.6667.
    assert remembering("abcdefgh", threshold=threshold).has("abcdefgx") is has


def test_a_similarity_of_just_the_threshold_is_a_near_repeat():
    # abcde: abcd bcde; abcdef: cdef as well. 2 of 3; and abcd alone: 1 of 2.
    assert remembering("abcde", threshold=2 / 3).has("abcdef")
    assert remembering("abcde", threshold=0.5).has("abcd")


def test_case_and_white_space_make_no_difference():
    assert remembering("A  heron waits.", threshold=1.0).has("a HERON waits.")


@pytest.mark.parametrize(
    ("other", "has"),
    [
        # 74 characters are 71 shingles. The 5 letters of "heron" stand in 8 of them, "puffin" in
        # 9: 63 in common of 80, 0.79. The 4 of "fish" and "crab" stand in 7: 56 of 87, 0.64.
        (SENTENCE.replace("heron", "puffin"), True),
        (SENTENCE.replace("heron", "puffin").replace("fish", "crab"), False),
    ],
)
def test_one_other_word_in_fifteen_is_a_near_repeat_and_two_are_not(other, has):
    assert remembering(SENTENCE).has(other) is has


def test_short_texts_of_the_same_form_about_different_things_are_no_near_repeats():
    assert not remembering("The Aru River flows into the Ob.").has("The Lek River flows to Kiel.")
    assert not remembering("no").has("yes")
    assert remembering("no").has("No")


def test_nothing_is_a_near_repeat_of_nothing():
    assert not NearRepeats(0.5, 1).has("a heron")


def test_the_verdict_is_that_of_the_sets_themselves_whatever_the_seed():
    # Thirty texts of which many share words; every pair from 0.6 on must be found, none below.
    rng = np.random.default_rng(5)
    texts = []
    for _ in range(30):
        words = [*WORDS]
        for place in rng.choice(len(words), int(rng.integers(1, 5)), replace=False):
            words[place] = f"{rng.choice(WORDS)}s"
        texts.append(" ".join(words))
    sets = [{fold(t)[i : i + 4] for i in range(len(t) - 3)} for t in texts]
    verdicts = []
    for seed in (1, 2):
        for one, other in itertools.combinations(range(30), 2):
            if seed == 1 or other - one < 3:
                exact = len(sets[one] & sets[other]) / len(sets[one] | sets[other]) >= 0.6
                verdicts.append(exact)
                near = remembering(texts[one], threshold=0.6, seed=seed)
                assert near.has(texts[other]) is exact
    assert 0 < sum(verdicts) < len(verdicts)
