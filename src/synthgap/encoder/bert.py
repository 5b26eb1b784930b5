"""Encoders of BERT's kind (Devlin et al. 2019), made for many small fits.

Weights have the names of transformers' models and mean the same; `tests/encoder/test_bert.py` holds
hidden states and gradients against them. What differs is how they are computed: without padding but
in attention (`packed`), in bfloat16 throughout where that is fast, with one product for queries,
keys and values, and without the seconds that importing transformers takes.
"""

from typing import Any, NamedTuple

import torch
from safetensors import safe_open
from torch import Tensor, nn
from torch.nn import functional

from synthgap.encoder.dropout import Dropout
from synthgap.encoder.packed import Layout
from synthgap.encoder.precision import fast_dtype
from synthgap.encoder.shape import Shape

_OLD_NAMES = {"LayerNorm.gamma": "LayerNorm.weight", "LayerNorm.beta": "LayerNorm.bias"}


class Part(NamedTuple):
    """Of an encoder."""

    embeds: bool
    """Whether it begins with the embeddings."""
    layers: range


class Bert(nn.Module):
    """An encoder, or a part of it."""

    def __init__(self, shape: Shape, part: Part) -> None:
        super().__init__()
        self.shape = shape
        self.embeddings = _Embeddings(shape) if part.embeds else None
        numbered = {str(i): _Layer(shape) for i in part.layers}
        self.encoder = nn.ModuleDict({"layer": nn.ModuleDict(numbered)})
        self.drop = Dropout()

    @classmethod
    def read(cls, shape: Shape, part: Part, weights: str) -> "Bert":
        """Return a part with its weights, in single precision, out of a safetensors file.

        Raises:
            KeyError: the file lacks a weight.
            safetensors.SafetensorError: it is none.
        """
        model = cls(shape, part)
        with safe_open(weights, framework="pt") as file:
            names = {_name(key): key for key in file.keys()}  # noqa: SIM118
            state = {
                name: file.get_tensor(names[name]).to(torch.float32) for name in model.state_dict()
            }
        model.load_state_dict(state, assign=True)
        return model.eval()

    def forward(self, values: Tensor, layout: Layout) -> Tensor:
        """Return hidden states, (rows, width), of token ids or of the states below these layers.

        They are in the number format that is fast on their device, whatever the weights are in.
        """
        kind = fast_dtype(values.device)
        if self.embeddings is None:
            hidden = values.to(kind)
        else:
            hidden = self.embeddings(values, layout.positions).to(kind)
            hidden = self.drop(hidden, self.shape.dropout)
        for layer in self.encoder["layer"].values():  # type: ignore[operator]
            hidden = layer(hidden, layout, self.drop)
        return hidden

    def get_input_embeddings(self) -> nn.Module:
        """Return the table of tokens' embeddings."""
        assert self.embeddings is not None
        return self.embeddings.word_embeddings

    def set_input_embeddings(self, table: nn.Module) -> None:
        """Put another table in its place."""
        assert self.embeddings is not None
        self.embeddings.word_embeddings = table


def _name(key: str) -> str:
    """Return a weight's name in our model: without its base model's, and not its old one."""
    for base in ("bert.", "roberta."):
        key = key.removeprefix(base)
    for old, new in _OLD_NAMES.items():
        key = key.replace(old, new)
    return key


class _Embeddings(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.first_position = shape.first_position
        self.word_embeddings: nn.Module = _table(shape.vocabulary, shape, shape.padding)
        self.position_embeddings = _table(shape.positions, shape)
        self.token_type_embeddings = _table(shape.kinds, shape)
        self.LayerNorm = _Norm(shape)

    def forward(self, ids: Tensor, positions: Tensor) -> Tensor:
        found = self.word_embeddings(ids) + self.token_type_embeddings.weight[0]
        found = found + self.position_embeddings(positions + self.first_position)
        return self.LayerNorm(found)  # type: ignore[no-any-return]


def _table(rows: int, shape: Shape, padding: int | None = None) -> nn.Embedding:
    return nn.Embedding(rows, shape.width, padding, _weight=torch.empty(rows, shape.width))


class _Product(nn.Module):
    """A linear layer in the number format of what comes in; its weights are to be read."""

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(rows, columns))
        self.bias = nn.Parameter(torch.empty(rows))

    def forward(self, hidden: Tensor) -> Tensor:
        weight, bias = self.weight.to(hidden.dtype), self.bias.to(hidden.dtype)
        return functional.linear(hidden, weight, bias)


class _Norm(nn.Module):
    """Layer normalisation, likewise."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.epsilon = shape.epsilon
        self.weight = nn.Parameter(torch.empty(shape.width))
        self.bias = nn.Parameter(torch.empty(shape.width))

    def forward(self, hidden: Tensor) -> Tensor:
        weight, bias = self.weight.to(hidden.dtype), self.bias.to(hidden.dtype)
        return functional.layer_norm(hidden, weight.shape, weight, bias, self.epsilon)


class _Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        three = {name: _Product(width, width) for name in ("query", "key", "value")}
        self.attention = nn.ModuleDict(
            {"self": nn.ModuleDict(three), "output": _residual(shape, width)}
        )
        self.intermediate = nn.ModuleDict({"dense": _Product(width, shape.inner)})
        self.output = _residual(shape, shape.inner)

    def forward(self, hidden: Tensor, layout: Layout, drop: Dropout) -> Tensor:
        mixed = self._attend(hidden, layout, drop)
        hidden = self._add(hidden, mixed, self.attention["output"], drop)
        inner = functional.gelu(self.intermediate["dense"](hidden))
        return self._add(hidden, inner, self.output, drop)

    def _attend(self, hidden: Tensor, layout: Layout, drop: Dropout) -> Tensor:
        """Return what each token takes from its text's tokens, (rows, width)."""
        heads, size = self.shape.heads, self.shape.width // self.shape.heads
        three = list(self.attention["self"].values())  # type: ignore[operator]
        weights = torch.cat([each.weight.to(hidden.dtype) for each in three])
        biases = torch.cat([each.bias.to(hidden.dtype) for each in three])
        square = layout.spread(functional.linear(hidden, weights, biases))
        texts, columns, _ = square.shape
        query, key, value = (
            square.view(texts, columns, 3, heads, size).permute(2, 0, 3, 1, 4).contiguous()
        )
        share = self.shape.attention_dropout if drop.training else 0.0
        if hidden.device.type == "cpu" and (share or hidden.dtype == torch.bfloat16):
            found = self._products(query, key, value, layout, drop)
        else:
            found = functional.scaled_dot_product_attention(
                query, key, value, layout.mask[:, None, None, :], share
            )
        return layout.gather(found.transpose(1, 2).reshape(texts, columns, self.shape.width))

    def _products(
        self, query: Tensor, key: Tensor, value: Tensor, layout: Layout, drop: Dropout
    ) -> Tensor:
        """Return attention by plain products, all (texts, heads, columns, size).

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

    def _add(self, hidden: Tensor, inner: Tensor, ending: Any, drop: Dropout) -> Tensor:  # noqa: ANN401
        """Return the normalised sum of the hidden states and a product, (rows, width)."""
        added: Tensor = drop(ending["dense"](inner), self.shape.dropout)
        return ending["LayerNorm"](hidden + added)  # type: ignore[no-any-return]


def _residual(shape: Shape, inner: int) -> nn.ModuleDict:
    return nn.ModuleDict({"dense": _Product(inner, shape.width), "LayerNorm": _Norm(shape)})
