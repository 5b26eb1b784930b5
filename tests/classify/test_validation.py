import numpy as np
import pytest

from synthgap.classify.finetune import Encoder
from synthgap.classify.protocol import Examples
from synthgap.classify.validation import held_back
from synthgap.floor.seeds import rng
from tests.classify.test_finetune import TEXTS, settings


@pytest.mark.parametrize("seed", range(200))
def test_a_share_is_held_back_and_every_label_keeps_a_text(seed):
    draw = np.random.default_rng(seed)
    labels = draw.integers(0, draw.integers(1, 15), draw.integers(1, 40))
    share = draw.uniform(0, 0.99)
    held = held_back(labels, share, np.random.default_rng(seed))
    assert held.tolist() == sorted(set(held.tolist()))
    learnt = np.delete(labels, held)
    assert set(learnt) == set(labels)
    # As many as asked for, or all but one of each label.
    assert len(held) == min(int(len(labels) * share), len(labels) - len(set(labels)))
    again = held_back(labels, share, np.random.default_rng(seed))
    assert held.tolist() == again.tolist()


@pytest.mark.parametrize("labels", [2, 10])
@pytest.mark.parametrize("texts", [25, 100])
def test_with_enough_texts_of_each_label_it_is_the_beginning_of_the_permutation(labels, texts):
    n = labels * texts
    of = np.random.default_rng(labels).permutation(np.repeat(np.arange(labels), texts))
    drawn = rng(0, "validation").permutation(n)[: int(n * 0.1)]
    assert held_back(of, 0.1, rng(0, "validation")).tolist() == sorted(drawn.tolist())


def test_the_next_text_takes_the_place_of_a_labels_last():
    (first, second, *_) = np.random.default_rng(1).permutation(10)
    labels = np.where(np.arange(10) == first, 1, 0)
    assert held_back(labels, 0.1, np.random.default_rng(1)).tolist() == [second]


def test_nothing_is_held_back_of_one_text_a_label():
    assert held_back(np.arange(12), 0.4, np.random.default_rng(1)).tolist() == []


def test_a_fit_learns_from_every_label(tiny_encoder):
    # Ten texts of ten labels, of which a tenth is one.
    examples = Examples([*TEXTS, "red pear", "green apple"], np.arange(10), 10)
    model = Encoder(settings(tiny_encoder, validation_share=0.1), examples, [])
    assert model._training.tolist() == list(range(10))
    assert {point.part for point in model.fit(1).curve} == {"training"}
