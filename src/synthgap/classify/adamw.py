"""AdamW (Loshchilov and Hutter 2019), in torch's fused kernel.

torch's own class around the same kernel imports torch's compiler when it is made, which takes
longer than the shortest of our fits.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

BETAS = (0.9, 0.999)
EPSILON = 1e-8


class Group(NamedTuple):
    """Weights that learn at one rate."""

    weights: Sequence[Tensor]
    rate: float
    """The highest; steps take a share of it."""
    decay: float
    """Of a weight, by a step at rate 1."""


class AdamW:
    """The state of the optimiser: moments of each weight's gradient."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._groups = [_State(group) for group in groups]

    def step(self, share: float) -> None:
        """Change each weight that has a gradient, at this share of its highest rate."""
        for state in self._groups:
            state.step(share)

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for state in self._groups:
            for weight in state.group.weights:
                weight.grad = None


class _State:
    def __init__(self, group: Group) -> None:
        self.group = group
        weights = group.weights
        self._first, self._second = ([torch.zeros_like(w) for w in weights] for _ in BETAS)
        self._steps = [torch.zeros((), device=weight.device) for weight in weights]

    @torch.no_grad()
    def step(self, share: float) -> None:
        learnt = [i for i, weight in enumerate(self.group.weights) if weight.grad is not None]
        if not learnt:
            return

        def of(tensors: Sequence[Tensor]) -> list[Tensor]:
            return [tensors[i] for i in learnt]

        steps = of(self._steps)
        torch._foreach_add_(steps, 1)
        torch._fused_adamw_(
            of(self.group.weights),
            [grad for weight in self.group.weights if (grad := weight.grad) is not None],
            of(self._first),
            of(self._second),
            [],
            steps,
            lr=share * self.group.rate,
            beta1=BETAS[0],
            beta2=BETAS[1],
            weight_decay=self.group.decay,
            eps=EPSILON,
            amsgrad=False,
            maximize=False,
        )
