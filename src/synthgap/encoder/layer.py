"""One layer of an encoder of BERT's kind, on tokens that lie side by side (`packed`)."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from synthgap.encoder.dropout import Dropout
from synthgap.encoder.packed import Layout
from synthgap.encoder.shape import Shape


class Product(nn.Module):
    """A linear layer in the number format of what comes in; its weights are to be read."""

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(rows, columns))
        self.bias = nn.Parameter(torch.empty(rows))

    def forward(self, hidden: Tensor) -> Tensor:
        """Return the products, (rows, the layer's rows), of (rows, columns)."""
        weight, bias = self.weight.to(hidden.dtype), self.bias.to(hidden.dtype)
        return functional.linear(hidden, weight, bias)


class Norm(nn.Module):
    """Layer normalisation, likewise."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.epsilon = shape.epsilon
        self.weight = nn.Parameter(torch.empty(shape.width))
        self.bias = nn.Parameter(torch.empty(shape.width))

    def forward(self, hidden: Tensor) -> Tensor:
        """Return the rows, (rows, width), each normalised."""
        weight, bias = self.weight.to(hidden.dtype), self.bias.to(hidden.dtype)
        return functional.layer_norm(hidden, weight.shape, weight, bias, self.epsilon)


class Layer(nn.Module):
    """Attention, two products of each token, and what is added and normalised around them."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        three = {name: Product(width, width) for name in ("query", "key", "value")}
        self.attention = nn.ModuleDict(
            {"self": nn.ModuleDict(three), "output": _residual(shape, width)}
        )
        self.intermediate = nn.ModuleDict({"dense": Product(width, shape.inner)})
        self.output = _residual(shape, shape.inner)

    def forward(self, hidden: Tensor, layout: Layout, drop: Dropout) -> Tensor:
        """Return the states above these, (rows, width)."""
        three = self._project(hidden, ("query", "key", "value"))
        query, key, value = self._heads(layout.spread(three), 3)
        mixed = self._attend(query, key, value, layout, drop)
        return self._after(hidden, layout.gather(mixed), drop)

    def first(self, hidden: Tensor, layout: Layout, drop: Dropout) -> Tensor:
        """Return the states above the texts' first tokens alone, (texts, width).

        All tokens are asked, so that keys and values are of all, but nothing else is.
        """
        key, value = self._heads(layout.spread(self._project(hidden, ("key", "value"))), 2)
        asking = layout.first(hidden)
        (query,) = self._heads(self._project(asking, ("query",))[:, None], 1)
        mixed = self._attend(query, key, value, layout, drop)
        return self._after(asking, mixed[:, 0], drop)

    def _project(self, hidden: Tensor, names: Sequence[str]) -> Tensor:
        """Return queries, keys or values side by side, (rows, names x width), by one product."""
        chosen = [self.attention["self"][name] for name in names]  # type: ignore[index]
        weights = torch.cat([each.weight.to(hidden.dtype) for each in chosen])
        biases = torch.cat([each.bias.to(hidden.dtype) for each in chosen])
        return functional.linear(hidden, weights, biases)

    def _heads(self, square: Tensor, n: int) -> Tensor:
        """Return what lies n-fold side by side, each (texts, heads, columns, size)."""
        texts, columns, _ = square.shape
        heads, size = self.shape.heads, self.shape.width // self.shape.heads
        return square.view(texts, columns, n, heads, size).permute(2, 0, 3, 1, 4).contiguous()

    def _attend(
        self, query: Tensor, key: Tensor, value: Tensor, layout: Layout, drop: Dropout
    ) -> Tensor:
        """Return what each asking token takes from its text's tokens, (texts, asking, width)."""
        share = self.shape.attention_dropout if drop.training else 0.0
        if query.device.type == "cpu" and (share or query.dtype == torch.bfloat16):
            found = self._products(query, key, value, layout, drop)
        else:
            found = functional.scaled_dot_product_attention(
                query, key, value, layout.mask[:, None, None, :], share
            )
        return found.transpose(1, 2).flatten(2)

    def _products(
        self, query: Tensor, key: Tensor, value: Tensor, layout: Layout, drop: Dropout
    ) -> Tensor:
        """Return attention by plain products, (texts, heads, asking, size).

        On a processor torch's own attention takes several times as long in bfloat16, and drops
        slowly.
        """
        masked = query.new_zeros(()).masked_fill(~layout.mask, torch.finfo(query.dtype).min)
        masked = masked.repeat_interleave(self.shape.heads, 0)[:, None, :]
        scores = torch.baddbmm(
            masked, query.flatten(0, 1), key.flatten(0, 1).mT, alpha=query.shape[-1] ** -0.5
        )
        shares = drop(functional.softmax(scores, dim=-1), self.shape.attention_dropout)
        return torch.bmm(shares, value.flatten(0, 1)).view(query.shape)

    def _after(self, hidden: Tensor, mixed: Tensor, drop: Dropout) -> Tensor:
        """Return what follows attention, in each row for itself."""
        hidden = self._add(hidden, mixed, self.attention["output"], drop)
        inner = functional.gelu(self.intermediate["dense"](hidden))
        return self._add(hidden, inner, self.output, drop)

    def _add(self, hidden: Tensor, inner: Tensor, ending: Any, drop: Dropout) -> Tensor:  # noqa: ANN401
        """Return the normalised sum of the hidden states and a product, (rows, width)."""
        added: Tensor = drop(ending["dense"](inner), self.shape.dropout)
        return ending["LayerNorm"](hidden + added)  # type: ignore[no-any-return]


def _residual(shape: Shape, inner: int) -> nn.ModuleDict:
    return nn.ModuleDict({"dense": Product(inner, shape.width), "LayerNorm": Norm(shape)})
