"""Dropout that does not take longer than what it drops from.

On a processor torch draws a number of double precision for each element, one after the other: about
a quarter of a training step of an encoder. Sixteen random bits an element are enough.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

_LEVELS = 2**16
_AN_INTEGER = 4
"""So many elements get their bits from one random integer of 64."""


def quick_dropout(device: torch.device) -> AbstractContextManager[object]:
    """Return a context in which encoders' own dropout is quick; a GPU's is already."""
    return _Quick() if device.type == "cpu" else nullcontext()


def dropout(values: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Return the values, each 0 with probability p and else divided by 1 - p, as torch's does.

    The arguments are those of `torch.nn.functional.dropout`. p is rounded to a multiple of 2⁻¹⁶;
    the bits come from torch's global generator.
    """
    if not training or p == 0:
        return values
    if p == 1:
        return values * 0
    n = values.numel()
    integers = torch.empty(-(-n // _AN_INTEGER), dtype=torch.int64).random_(-(2**63), None)
    bits = integers.view(torch.int16)[:n].view(values.shape)
    kept = bits >= round(p * _LEVELS) - _LEVELS // 2
    return values * kept.to(values.dtype).mul_(1 / (1 - p))


class _Quick(TorchFunctionMode):
    """Takes the place of `torch.nn.functional.dropout`, whoever calls it."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        if func is functional.dropout:
            func = dropout
        return func(*args, **(kwargs or {}))
