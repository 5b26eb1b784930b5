"""Encoders of BERT's kind (Devlin et al. 2019), made for many small fits.

Weights have the names of transformers' models and mean the same; `tests/encoder/test_bert.py` holds
hidden states and gradients against them. What differs is how they are computed: without padding but
in attention (`packed`), in bfloat16 throughout where that is fast, with one product for queries,
keys and values, and without the seconds that importing transformers takes.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from safetensors import safe_open
from torch import Tensor, nn

from synthgap.encoder.dropout import Dropout
from synthgap.encoder.layer import Layer, Norm
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
        numbered = {str(i): Layer(shape) for i in part.layers}
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
        return self._passed(values, layout, self._layers())

    def pooled(self, values: Tensor, layout: Layout, pooling: str) -> Tensor:
        """Return a vector a text, (texts, width), in single precision.

        Args:
            values: token ids, or the states below these layers.
            layout: of the texts.
            pooling: `mean` over a text's tokens, or its `first` one, for which the last layer
                computes no other.
        """
        if pooling == "mean":
            return layout.mean(self(values, layout).float())
        *others, last = self._layers()
        hidden = self._passed(values, layout, others)
        return last.first(hidden, layout, self.drop).float()

    def _passed(self, values: Tensor, layout: Layout, layers: Sequence[Layer]) -> Tensor:
        """Return the states that the layers leave, (rows, width)."""
        kind = fast_dtype(values.device)
        if self.embeddings is None:
            hidden = values.to(kind)
        else:
            hidden = self.embeddings(values, layout.positions).to(kind)
            hidden = self.drop(hidden, self.shape.dropout)
        for layer in layers:
            hidden = layer(hidden, layout, self.drop)
        return hidden

    def _layers(self) -> list[Layer]:
        return list(self.encoder["layer"].values())  # type: ignore[operator]

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
        self.LayerNorm = Norm(shape)

    def forward(self, ids: Tensor, positions: Tensor) -> Tensor:
        found = self.word_embeddings(ids) + self.token_type_embeddings.weight[0]
        found = found + self.position_embeddings(positions + self.first_position)
        return self.LayerNorm(found)  # type: ignore[no-any-return]


def _table(rows: int, shape: Shape, padding: int | None = None) -> nn.Embedding:
    return nn.Embedding(rows, shape.width, padding, _weight=torch.empty(rows, shape.width))
