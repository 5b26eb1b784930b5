import numpy as np
import pytest
import torch

from synthgap.classify import encoders, inputs
from synthgap.encoder import packed
from tests.classify.test_finetune import TEXTS, settings


def test_hidden_states_are_the_same_kept_or_computed_anew(tiny_encoder, monkeypatch):
    chosen = settings(tiny_encoder, trained_layers=1)
    below = encoders.load(chosen, 1).below
    ids = encoders.tokenise(chosen, TEXTS)
    kept = inputs.Inputs(ids, below, 32, torch.device("cpu"))
    monkeypatch.setattr(inputs, "KEPT_BYTES", 0)
    anew = inputs.Inputs(ids, below, 32, torch.device("cpu"))
    rows = np.array([4, 1, 6])
    one, two = kept.batch(rows), anew.batch(rows)
    tokens = sum(len(ids[row]) for row in rows)
    assert one.values.shape == two.values.shape == (tokens + -tokens % packed.ROWS, 32)
    # Another batch has another square, which changes last digits.
    torch.testing.assert_close(one.values[:tokens], two.values[:tokens], atol=2e-2, rtol=2e-2)
    assert kept.lengths.tolist() == [len(row) for row in ids]


@pytest.mark.parametrize("rows", [[0], [7, 0, 3]])
def test_without_layers_below_the_token_ids_are_given(tiny_encoder, rows):
    ids = encoders.tokenise(settings(tiny_encoder), TEXTS)
    batch = inputs.Inputs(ids, None, 32, torch.device("cpu")).batch(np.array(rows))
    assert (
        batch.values[: batch.layout.tokens].tolist() == torch.cat([ids[r] for r in rows]).tolist()
    )
