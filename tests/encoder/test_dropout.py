import pytest
import torch

from synthgap.encoder.dropout import Dropout


@pytest.fixture
def drop():
    torch.manual_seed(1)
    return Dropout().train()


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_so_many_are_dropped_and_the_rest_makes_up_for_them(drop, p, dtype):
    found = drop(torch.ones(1000, 1001, dtype=dtype), p)
    kept = found != 0
    # A million draws: four standard deviations of their share are at most 0.002.
    assert kept.float().mean().item() == pytest.approx(1 - p, abs=0.002)
    assert (found[kept] == torch.tensor(1 / (1 - p), dtype=dtype)).all()


def test_neighbours_are_dropped_independently(drop):
    kept = (drop(torch.ones(1_000_000), 0.5) != 0).float() - 0.5
    for distance in (1, 2, 3, 4, 8):
        assert abs((kept[distance:] * kept[:-distance]).mean().item()) < 0.001


def test_each_time_others_are_dropped(drop):
    one, other = ((drop(torch.ones(1_000_000), 0.5) != 0).float() - 0.5 for _ in range(2))
    # Of independent masks the mean product has a standard deviation of 0.00025.
    assert abs((one * other).mean().item()) < 0.001


def test_only_while_training_and_where_something_is_to_drop(drop):
    values = torch.randn(10)
    assert drop(values, 0.0) is values
    assert torch.equal(drop(values, 1.0).abs(), torch.zeros(10))
    assert drop.eval()(values, 0.5) is values


def test_gradients_pass_where_values_did(drop):
    values = torch.ones(100, requires_grad=True)
    found = drop(values, 0.5)
    found.sum().backward()
    assert torch.equal(values.grad, found.detach())


def test_after_a_renewal_the_same_seed_drops_the_same(drop):
    found = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        drop.renew()
        # More than a row has at first, so that a longer one is drawn in between.
        found.append([drop(torch.ones(n), 0.3) for n in (7, 3_000_000, 9)])
    first, again, other = found
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[1], other[1])


def test_a_mask_follows_from_its_size_and_the_generator_whatever_was_drawn_before(drop):
    drop.renew()
    found = []
    # The second time a longer row has been drawn in between.
    for before in (7, 3_000_000):
        drop(torch.ones(before), 0.3)
        torch.manual_seed(5)
        found.append([drop(torch.ones(n), 0.3) for n in (100, 2_000_000)])
    first, again = found
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
