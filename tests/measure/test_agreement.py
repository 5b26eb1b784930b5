from itertools import chain
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest
from crowdkit.metrics.data import alpha_krippendorff

from synthgap.floor.errors import InputError
from synthgap.measure.agreement import agreement
from synthgap.measure.stats.bootstrap import resample_weights

PATH = Path("votes.parquet")
LABELS = ["sun", "rain", "snow"]


def votes(**by_id):
    shares = [max(v.count(label) for label in v) / len(v) for v in by_id.values()]
    return pd.DataFrame({"id": list(by_id), "votes": list(by_id.values()), "agreement": shares})


def alpha(counts):
    return drawn(counts).alpha[0]


def drawn(counts, resamples=2, shares=None):
    """Return the draws of texts with these counts by label, or with published agreements."""
    counts = np.array(counts)
    ids = [f"t{i}" for i in range(len(counts))]
    shares = np.ones(len(counts)) if shares is None else np.array(shares)
    rng = np.random.default_rng(5)
    return agreement.draw(agreement.Votes(ids, counts, shares), resamples, rng)


def random_votes(seed, texts=40, raters=6, labels=3, missing=0.4):
    """Return (raters, texts): a label's position, or -1 where the rater did not vote."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, labels, texts)
    drawn = np.where(
        rng.random((raters, texts)) < 0.6, truth, rng.integers(0, labels, (raters, texts))
    )
    return np.where(rng.random((raters, texts)) < missing, -1, drawn)


def by_label(said, labels=3):
    return (said.T[:, :, np.newaxis] == np.arange(labels)).sum(axis=1)


def test_votes_are_counted_by_label_and_texts_stand_in_the_order_of_their_ids():
    table = votes(b=["sun", "rain", "sun"], a=["snow"])
    counted = agreement.count_votes(table, LABELS, PATH)
    assert counted.ids == ["a", "b"]
    assert counted.counts.tolist() == [[0, 0, 1], [2, 1, 0]]
    assert counted.agreement.tolist() == [1, 2 / 3]


def test_an_agreement_that_was_published_without_votes_stays():
    table = pd.DataFrame({"id": ["a"], "votes": [[]], "agreement": [0.66]})
    counted = agreement.count_votes(table, LABELS, PATH)
    assert (counted.counts.tolist(), counted.agreement.tolist()) == ([[0, 0, 0]], [0.66])


def test_an_empty_table_has_no_votes():
    table = pd.DataFrame({"id": [], "votes": [], "agreement": []})
    assert agreement.count_votes(table, LABELS, PATH).ids == []


def test_agreement_of_a_text_is_the_share_of_its_most_frequent_label():
    # 3 of 4 votes, 2 of 4 (a tie of two), 1 of 3 (a tie of three), the only vote.
    counts = np.array([[3, 1, 0], [2, 0, 2], [1, 1, 1], [0, 1, 0]])
    assert agreement.text_agreement(counts).tolist() == [3 / 4, 2 / 4, 1 / 3, 1]


def test_texts_without_a_single_most_frequent_label_are_tied():
    counts = np.array([[3, 1, 0], [2, 0, 2], [1, 1, 1], [0, 1, 0]])
    assert agreement.tied(counts).tolist() == [False, True, True, False]


def test_alpha_by_hand():
    # Votes: text 1 sun sun rain, text 2 rain rain, text 3 snow alone, which is paired with nothing.
    # Disagreeing ordered pairs: text 1 has 4 among 3 votes, 4 / (3 - 1) = 2; text 2 none: D = 2.
    # Paired votes: 5, of them 2 for sun and 3 for rain: 5^2 - 2^2 - 3^2 = 12.
    # alpha = 1 - (5 - 1) * 2 / 12 = 1/3.
    assert alpha([[2, 1, 0], [0, 2, 0], [0, 0, 1]]) == pytest.approx(1 / 3, abs=1e-15)


def test_alpha_is_1_where_all_voters_agree_on_each_text():
    assert alpha([[3, 0], [0, 2], [4, 0]]) == 1


def test_alpha_is_below_0_where_voters_agree_less_than_by_chance():
    # Two texts, sun and rain each: D = 2 + 2 = 4, n = 4, 16 - 4 - 4 = 8: 1 - 3 * 4 / 8 = -1/2.
    assert alpha([[1, 1], [1, 1]]) == -0.5


@pytest.mark.parametrize("seed", range(5))
def test_alpha_equals_two_other_implementations_on_random_votes_with_missing_ones(seed):
    said = random_votes(seed)
    own = alpha(by_label(said))
    numbers = np.where(said < 0, np.nan, said.astype(float))
    assert own == pytest.approx(
        krippendorff.alpha(numbers, level_of_measurement="nominal"), abs=1e-12
    )
    rater, text = np.nonzero(said >= 0)
    table = pd.DataFrame({"worker": rater, "task": text, "label": said[rater, text]})
    paired = table[table.groupby("task")["label"].transform("size") > 1]
    assert own == pytest.approx(alpha_krippendorff(paired), abs=1e-12)


def test_alpha_does_not_depend_on_the_order_of_texts_or_labels():
    counts = by_label(random_votes(7))
    rng = np.random.default_rng(1)
    shuffled = counts[rng.permutation(len(counts))][:, rng.permutation(3)]
    assert alpha(shuffled) == pytest.approx(alpha(counts), abs=1e-15)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([[1, 0], [0, 1]], "no text has two votes"),
        ([[0, 0], [0, 0]], "no text has two votes"),
        ([[3, 0], [2, 0], [0, 1]], "all votes are for one label, so that chance alone agrees"),
    ],
    ids=["single votes", "no votes", "one label"],
)
def test_alpha_without_a_value_says_why(counts, reason):
    assert agreement.alpha_undefined(np.array(counts)) == reason
    assert drawn(counts).alpha.tolist() == []


def test_alpha_of_a_resample_is_alpha_of_the_texts_that_it_holds():
    counts = by_label(random_votes(3))
    draws = drawn(counts, 20).alpha
    weights = np.concatenate(list(resample_weights(len(counts), 20, np.random.default_rng(5))))
    held = [alpha(np.repeat(counts, row.astype(int), axis=0)) for row in weights]
    assert draws[1:].tolist() == pytest.approx(held, abs=1e-12)


def test_resamples_in_which_alpha_has_no_value_are_left_out():
    # Two unanimous texts: half of the resamples hold one of them twice, and so one label only.
    draws = drawn([[2, 0], [0, 2]], 400).alpha
    assert set(draws.tolist()) == {1}
    assert 120 < len(draws) < 280


def test_mean_agreement_of_a_resample_is_that_of_the_texts_that_it_holds():
    shares = np.array([0.5, 0.75, 0.75, 1])
    draws = drawn(np.zeros((4, 2), dtype=int), 20, shares).mean_agreement
    weights = np.concatenate(list(resample_weights(4, 20, np.random.default_rng(5))))
    assert draws.tolist() == pytest.approx([0.75, *(weights @ shares / 4)], abs=1e-15)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            votes(a=["sun"], b=["sun", "hail"]),
            "id 'b' has a vote for 'hail', expected one of ['sun', 'rain', 'snow']",
        ),
        (
            pd.DataFrame({"id": ["a"], "votes": [[None]], "agreement": [1.0]}),
            "id 'a' has a vote for None, expected one of ['sun', 'rain', 'snow']",
        ),
        (
            pd.DataFrame({"id": ["a", "b"], "votes": [[], None], "agreement": [1.0, 1.0]}),
            "id 'b' lacks votes, expected a list",
        ),
        (
            pd.DataFrame({"id": ["a"], "votes": [["sun", "rain"]], "agreement": [0.75]}),
            "id 'a' has the agreement 0.75, expected 0.5 as its votes say",
        ),
        *(
            (
                pd.DataFrame({"id": ["a"], "votes": [[]], "agreement": [value]}),
                f"id 'a' has the agreement {value}, expected more than 0 and at most 1",
            )
            for value in (0.0, 1.5, float("nan"))
        ),
    ],
    ids=[
        "strange vote",
        "missing vote",
        "missing votes",
        "wrong",
        "zero",
        "over 1",
        "not a number",
    ],
)
def test_a_damaged_table_of_votes_is_refused(table, message):
    with pytest.raises(InputError) as error:
        agreement.count_votes(table, LABELS, PATH)
    assert str(error.value) == f"votes.parquet: {message}"


def test_votes_of_some_texts_can_be_taken():
    counted = agreement.count_votes(votes(a=["sun"], b=["rain"], c=["snow"]), LABELS, PATH)
    taken = counted.take(np.array([True, False, True]))
    assert taken.ids == ["a", "c"]
    assert list(chain.from_iterable(taken.counts.tolist())) == [1, 0, 0, 0, 0, 1]
