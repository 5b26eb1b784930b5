import pytest
import torch
from torch import nn
from torch.nn import functional

from synthgap.classify.dropout import dropout, quick_dropout

CPU = torch.device("cpu")


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_so_many_are_dropped_and_the_rest_makes_up_for_them(p):
    torch.manual_seed(1)
    found = dropout(torch.ones(1000, 1001), p)
    kept = found != 0
    # A million draws: four standard deviations of their share are at most 0.002.
    assert kept.float().mean().item() == pytest.approx(1 - p, abs=0.002)
    assert torch.allclose(found[kept], torch.tensor(1 / (1 - p)))


def test_neighbours_are_dropped_independently():
    torch.manual_seed(1)
    kept = (dropout(torch.ones(1_000_000), 0.5) != 0).float() - 0.5
    for distance in (1, 2, 3, 4, 8):
        assert abs((kept[distance:] * kept[:-distance]).mean().item()) < 0.001


def test_only_while_training_and_where_something_is_to_drop():
    values = torch.randn(10)
    assert dropout(values, 0.5, training=False) is values
    assert dropout(values, 0.0) is values
    assert torch.equal(dropout(values, 1.0).abs(), torch.zeros(10))


def test_gradients_pass_where_values_did():
    values = torch.ones(100, requires_grad=True)
    found = dropout(values, 0.5)
    found.sum().backward()
    assert torch.equal(values.grad, found.detach())


def test_the_same_seed_drops_the_same():
    layer = nn.Dropout(0.3)
    found = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        with quick_dropout(CPU):
            found.append(layer(torch.ones(7, 9)))
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])


def test_layers_and_functions_are_quick_within_the_context_and_torchs_own_without():
    def drop(run):
        torch.manual_seed(1)
        return run(torch.ones(64))

    plain = drop(nn.Dropout(0.5))
    ours = drop(lambda values: dropout(values, 0.5))
    with quick_dropout(CPU):
        assert torch.equal(drop(nn.Dropout(0.5)), ours)
        assert torch.equal(drop(lambda values: functional.dropout(values, 0.5)), ours)
        assert not torch.equal(ours, plain)
    assert torch.equal(drop(nn.Dropout(0.5)), plain)
