import numpy as np
import pytest

from synthgap.measure.agreement.agreement import Votes
from synthgap.measure.agreement.panel import Session, card, compare
from synthgap.measure.agreement.subjectivity import Counted, Settings
from synthgap.measure.relation.relation import rho_interval
from synthgap.measure.stats.proportions import wilson_interval

SETTINGS = Settings(min_votes=2, min_rows=2, bins=[0.0, 1.0], resamples=100, seed=1)


def votes(**counts):
    table = np.array(list(counts.values())).reshape(len(counts), -1)
    total = table.sum(axis=1)
    shares = np.where(total > 0, table.max(axis=1, initial=0) / np.maximum(total, 1), 0.7)
    return Votes(list(counts), table, shares)


def compared(human, panel):
    return compare(human, panel, 100, np.random.default_rng(1))


def test_a_comparison_by_hand():
    # a, b and c are clear to both: the same label on a and b, another on c. On d people are tied.
    # Of e only the agreement is published; f has no vote of the panel. Majorities of a, b, c: 0 0,
    # 1 1, 0 1: disagreeing pairs 2, votes 3 and 3: alpha = 1 - 5 * 2 / (36 - 18) = 4/9.
    # Agreement of people 2/3 1 3/4 1/2 0.7, of the panel 3/4 1 2/3 1/2 3/5: ranks 2 5 4 1 3 and
    # 4 5 3 1 2: differences 2 0 1 0 1: rho = 1 - 6 * 6 / 120 = 0.7.
    people = votes(a=[2, 1], b=[0, 3], c=[3, 1], d=[1, 1], e=[0, 0], f=[2, 0])
    panel = votes(a=[3, 1], b=[0, 4], c=[1, 2], d=[2, 2], e=[3, 2])
    found = compared(people, panel)
    assert (found.n_texts, found.n_tied) == (5, 1)
    assert found.same_majority_share == wilson_interval(2 / 3, 3)
    assert (found.majority_alpha.value, found.majority_alpha.n) == (pytest.approx(4 / 9), 3)
    assert found.agreement_rho == pytest.approx(0.7)
    limits = found.agreement_rho_low, found.agreement_rho_high
    assert limits == rho_interval(found.agreement_rho, 5)
    assert found.absent is None


def test_where_only_human_agreement_is_published_only_agreement_is_compared():
    people = votes(a=[0, 0], b=[0, 0], c=[0, 0])
    people = people._replace(agreement=np.array([0.5, 0.75, 1.0]))
    found = compared(people, votes(a=[1, 1], b=[2, 1], c=[3, 0]))
    assert (found.n_texts, found.n_tied, found.agreement_rho) == (3, 0, 1.0)
    why = "the votes of people are not published"
    assert found.absent == {
        "same_majority_share": why,
        "majority_alpha": why,
        "agreement_rho_interval": "n is 3, expected at least 4",
    }


def test_numbers_without_a_value_are_absent_with_the_reason():
    tied = votes(a=[1, 1], b=[2, 2])
    found = compared(tied, tied)
    assert (found.same_majority_share, found.majority_alpha, found.agreement_rho) == (None,) * 3
    assert found.absent == {
        "same_majority_share": "every text has a tie",
        "majority_alpha": "every text has a tie",
        "agreement_rho": "n is 2, expected at least 3",
    }


def carded(panel, human, **truth):
    session = Session(model="m", votes_per_text=3, unread=1)
    return card("weather", Counted(panel, 2), truth, Counted(human, 0), session, SETTINGS)


def test_a_card_compares_the_panel_with_the_dataset_and_with_people():
    panel = votes(a=[3, 0], b=[1, 2], c=[1, 1])
    found = carded(panel, votes(b=[0, 3], z=[1, 0]), a=1, b=1, c=0)
    assert (found.source, found.n_texts, found.n_votes, found.left_out_rows) == ("llm", 3, 8, 2)
    assert found.label_share == wilson_interval(1 / 2, 2)
    assert found.tied_share == wilson_interval(1 / 3, 3)
    assert (found.human.n_texts, found.human.same_majority_share.value) == (1, 1.0)
    assert found.absent is None


def test_a_card_of_no_texts_says_why():
    nothing = Votes([], np.zeros((0, 2), dtype=np.int64), np.zeros(0))
    found = carded(nothing, votes(b=[0, 3]))
    assert found.absent == {
        "mean_agreement": "no text has 2 votes",
        "label_share": "no text has one most frequent vote",
        "human": "no text has votes of people and of the panel",
    }
