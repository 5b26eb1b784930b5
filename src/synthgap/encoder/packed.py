"""Texts side by side without padding: a row a token, text after text.

All that an encoder does but attention looks at one token at a time and needs no padding, which is
up to a seventh of a batch even of texts of similar length (`benchmarks/limit.py`). Attention gets a
square of texts and tokens, spread out of the rows and gathered again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

ROWS = 16
"""The number of rows is a multiple of it: kernels are compiled anew for every other number of them,
at first sight of it. Rows beyond the tokens mean nothing, and nothing comes of them."""

COLUMNS = 4
"""Likewise for the number of a square's columns."""


@dataclass(frozen=True)
class Layout:
    """Where the tokens of some texts are, among the rows and in the square."""

    tokens: int
    """Of all texts; the first so many rows."""
    lengths: Tensor
    """(texts,), their numbers of tokens."""
    mask: Tensor
    """(texts, columns), whether a token is there."""
    row_of: Tensor
    """(texts x columns,), the row of each place of the square; 0 where no token is."""
    place_of: Tensor
    """(rows,), the place in the square of each row; 0 beyond the tokens."""

    @property
    def columns(self) -> int:
        """Return the number of columns of the square."""
        return self.mask.shape[1]

    @property
    def positions(self) -> Tensor:
        """Return the position of each row's token in its text, (rows,)."""
        return self.place_of % self.columns

    def mean(self, rows: Tensor) -> Tensor:
        """Return the mean over each text's tokens, (texts, width), of (rows, width)."""
        texts = torch.arange(len(self.lengths), device=rows.device)
        weights = rows.new_zeros(len(self.lengths), len(rows))
        weights[:, : self.tokens] = texts[:, None] == self.place_of[: self.tokens] // self.columns
        return (weights / self.lengths[:, None]) @ rows

    def first(self, rows: Tensor) -> Tensor:
        """Return each text's first token, (texts, width), of (rows, width)."""
        return rows[self.lengths.cumsum(0) - self.lengths]

    def spread(self, rows: Tensor) -> Tensor:
        """Return the square, (texts, columns, width), of (rows, width).

        Where no token is, it has some token's numbers: they are to be masked.
        """
        found: Tensor = _Spread.apply(rows, self)  # type: ignore[no-untyped-call]
        return found.view(*self.mask.shape, rows.shape[1])

    def gather(self, square: Tensor) -> Tensor:
        """Return the rows, (rows, width), of a square (texts, columns, width)."""
        flat = square.reshape(self.mask.numel(), square.shape[2])
        found: Tensor = _Gather.apply(flat, self)  # type: ignore[no-untyped-call]
        return found


class Batch(NamedTuple):
    """Some texts side by side."""

    values: Tensor
    """(rows,) ids, or (rows, width) hidden states; 0 beyond the tokens."""
    layout: Layout


def pack(texts: Sequence[Tensor], device: torch.device) -> Batch:
    """Return texts, each (tokens,) or (tokens, width), as a batch on the device."""
    found = layout([len(text) for text in texts], device)
    values = torch.cat(list(texts))
    further = len(found.place_of) - found.tokens
    values = pad(values, [0, 0] * (values.ndim - 1) + [0, further])
    return Batch(values.to(device), found)


def layout(lengths: Sequence[int], device: torch.device) -> Layout:
    """Return how texts of these numbers of tokens lie."""
    each = torch.tensor(lengths)
    columns = -(-max(lengths) // COLUMNS) * COLUMNS
    mask = torch.arange(columns) < each[:, None]
    places = mask.flatten().nonzero().flatten()
    row_of = torch.zeros(mask.numel(), dtype=torch.int64)
    row_of[places] = torch.arange(len(places))
    place_of = pad(places, [0, -len(places) % ROWS])
    return Layout(len(places), *(part.to(device) for part in (each, mask, row_of, place_of)))


class _Spread(torch.autograd.Function):
    """Every row has one place in the square, so that its gradient is looked up, not added up."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, layout: Layout) -> Tensor:  # noqa: ANN401
        ctx.layout = layout
        return rows.index_select(0, layout.row_of)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # noqa: ANN401
        found = gradient.index_select(0, ctx.layout.place_of)
        found[ctx.layout.tokens :] = 0
        return found, None


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, square: Tensor, layout: Layout) -> Tensor:  # noqa: ANN401
        ctx.layout = layout
        return square.index_select(0, layout.place_of)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # noqa: ANN401
        n = ctx.layout.tokens
        found = gradient.new_zeros(ctx.layout.mask.numel(), gradient.shape[1])
        return found.index_copy_(0, ctx.layout.place_of[:n], gradient[:n]), None
