import pytest
import torch

from synthgap.classify.adamw import AdamW, Group


def gradients(weights, step):
    torch.manual_seed(step)
    for i, weight in enumerate(weights):
        # The last one has a gradient in every other step only.
        weight.grad = None if i == 2 and step % 2 else torch.randn_like(weight)


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_it_moves_weights_as_torchs_own_does(decay):
    torch.manual_seed(0)
    ours = [torch.randn(4, 3), torch.randn(5), torch.randn(2)]
    theirs = [weight.clone() for weight in ours]
    mine = AdamW([Group(ours[:1], 0.1, decay), Group(ours[1:], 0.02, 0.0)])
    stock = torch.optim.AdamW(
        [
            {"params": theirs[:1], "lr": 0.1, "weight_decay": decay},
            {"params": theirs[1:], "lr": 0.02, "weight_decay": 0.0},
        ],
        fused=True,
    )
    shares = [1.0, 0.5, 0.25, 0.0, 0.75]
    schedule = torch.optim.lr_scheduler.LambdaLR(stock, lambda step: [*shares, 0.0][step])
    for step, share in enumerate(shares):
        gradients(ours, step)
        gradients(theirs, step)
        mine.step(share)
        stock.step()
        schedule.step()
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-7)


def test_without_gradients_nothing_moves():
    weight = torch.ones(3)
    AdamW([Group([weight], 0.1, 0.1), Group([], 0.1, 0.0)]).step(1.0)
    assert torch.equal(weight, torch.ones(3))


def test_gradients_are_forgotten():
    weight = torch.ones(3)
    weight.grad = torch.ones(3)
    AdamW([Group([weight], 0.1, 0.0)]).zero_grad()
    assert weight.grad is None
