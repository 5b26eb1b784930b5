import zlib

import numpy as np
import pytest

from synthgap.measure.diversity import wording

EVERYTHING = np.ones((1, 3), dtype=bool)


def distinct(texts, n, chosen=EVERYTHING):
    return wording.distinct_share(wording.find_runs([wording.words(t) for t in texts], n), chosen)


def test_words_are_in_lower_case_without_marks_but_with_inner_apostrophes():
    found = wording.words("Don’t stop: it's 3.5 o'clock, 'quoted' #Tag_1!")
    assert found == ["don’t", "stop", "it's", "3", "5", "o'clock", "quoted", "tag_1"]


def test_distinct_shares_by_hand():
    texts = ["a b a", "A b", "c"]
    # Words a b a a b c: 3 different of 6. Runs of two: ab ba, ab: 2 different of 3.
    assert distinct(texts, 1) == pytest.approx([3 / 6])
    assert distinct(texts, 2) == pytest.approx([2 / 3])


def test_distinct_shares_of_a_part_count_its_runs_only():
    chosen = np.array([[True, True, True], [True, False, True]])
    # Words a b a, c: 3 of 4.
    assert distinct(["a b a", "A b", "c"], 1, chosen) == pytest.approx([3 / 6, 3 / 4])


def test_no_two_words_in_any_text_have_no_distinct_share():
    assert distinct(["a", "b", ""], 2) is None


def test_repeated_texts_compress_more_than_different_ones():
    same = ["the ship left the harbour at dawn"] * 3
    different = ["the ship left at dawn", "my cat hates Mondays", "prices fell by a third"]
    ratio = wording.compression_ratio(same, EVERYTHING)[0]
    assert ratio > 2 * wording.compression_ratio(different, EVERYTHING)[0]


def test_compression_is_bytes_before_over_bytes_after_in_any_order():
    texts = ["b naïve", "a first", "c last"]
    whole = "a first\nb naïve\nc last".encode()
    expected = len(whole) / len(zlib.compress(whole))
    assert wording.compression_ratio(texts, EVERYTHING) == pytest.approx([expected])
    assert wording.compression_ratio(texts[::-1], EVERYTHING) == pytest.approx([expected])


def test_compression_of_a_part_is_that_of_its_texts():
    texts = ["b naïve", "a first", "c last"]
    part = wording.compression_ratio(texts, np.array([[True, False, True]]))
    alone = wording.compression_ratio(["b naïve", "c last"], np.ones((1, 2), dtype=bool))
    assert part == pytest.approx(alone)


def test_lengths_by_hand():
    lengths = np.array([1, 2, 6])
    chosen = np.array([[True, True, True], [False, True, True]])
    assert wording.mean_length(lengths, chosen) == pytest.approx([3, 4])
    # A tenth of the way from the first to the last: of 1, 2, 6 a fifth of the way from 1 to 2.
    median, tenth = wording.length_quantiles(lengths, chosen, [0.5, 0.1])
    assert median == pytest.approx([2, 4])
    assert tenth == pytest.approx([1.2, 2.4])
