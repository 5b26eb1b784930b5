"""Dropout that does not take longer than what it drops from.

On a processor torch draws a number of double precision for each element, one after the other: about
a quarter of a training step of an encoder.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

_LEVELS = 2**16
_AN_INTEGER = 4
"""So many elements get their bits from one random integer of 64."""

_ROW = 2**22
"""Elements of a row of masks at least, and twice what is asked for; drawn so many at a time."""


class Dropout(nn.Module):
    """Sets elements to 0, each with probability p, and divides the others by 1 - p.

    On a processor, masks are pieces of one long row of random bits, each from a place that is drawn
    anew: within a mask elements are independent, and two masks share bits displaced, if at all. A
    row lasts until `renew`, which draws its bits from torch's global generator; so do places, of
    which a mask depends on nothing else but the number of its elements. p is rounded to a multiple
    of 2⁻¹⁶. A GPU's own dropout is quick already.
    """

    def __init__(self) -> None:
        super().__init__()
        self.renew()

    def renew(self) -> None:
        """Draw other bits."""
        self._rows: dict[tuple[float, torch.dtype], Tensor] = {}
        self._bits = int(torch.randint(2**63 - 1, ()))

    def forward(self, values: Tensor, p: float) -> Tensor:
        """Return the values with some dropped while the module trains, else as they are."""
        if not self.training or p == 0:
            return values
        if values.device.type != "cpu":
            return functional.dropout(values, p)
        length = max(_ROW, 2 * values.numel())
        row = self._rows.get((p, values.dtype))
        if row is None or len(row) < length:
            # A longer row begins with a shorter one's bits.
            row = _masks(length, p, values.dtype, torch.Generator().manual_seed(self._bits))
            self._rows[p, values.dtype] = row
        start = int(torch.randint(length - values.numel() + 1, ()))
        return values * row[start : start + values.numel()].view(values.shape)


def _masks(n: int, p: float, dtype: torch.dtype, source: torch.Generator) -> Tensor:
    """Return n factors, each 0 with probability p and else 1 / (1 - p)."""
    row = torch.empty(n, dtype=dtype)
    for piece in row.split(_ROW):  # type: ignore[no-untyped-call]
        integers = torch.empty(-(-len(piece) // _AN_INTEGER), dtype=torch.int64)
        bits = integers.random_(-(2**63), None, generator=source).view(torch.int16)[: len(piece)]
        piece.copy_(bits >= round(p * _LEVELS) - _LEVELS // 2)
    return row.mul_(1 / (1 - p) if p < 1 else 0)
