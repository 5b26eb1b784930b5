"""What a `config.json` of transformers says of an encoder of BERT's kind."""

from collections.abc import Mapping
from typing import Any, NamedTuple

KINDS = {"bert": 0, "roberta": 1, "xlm-roberta": 1, "camembert": 1}
"""By transformers' name: whether positions are counted from behind the number of padding."""


class Shape(NamedTuple):
    """An encoder's numbers, as its `config.json` has them."""

    layers: int
    width: int
    heads: int
    inner: int
    """The width between a layer's last two products."""
    vocabulary: int
    positions: int
    padding: int | None
    """The number of the token for padding, which learns nothing."""
    first_position: int
    """Of the table of positions, the row for a text's first token."""
    kinds: int
    """Of token types, of which the first is used."""
    epsilon: float
    """Of the normalisation."""
    dropout: float
    attention_dropout: float

    @property
    def longest(self) -> int:
        """Return how many tokens a text may have."""
        return self.positions - self.first_position


def described(config: Mapping[str, Any]) -> Shape | None:
    """Return the shape that a configuration of transformers describes.

    None where it is none of the kinds that are computed here.

    Raises:
        KeyError: it lacks a number.
        TypeError: a number is none.
    """
    kind = config.get("model_type")
    usual = (
        config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder", False)
        and config.get("embedding_size", config.get("hidden_size")) == config.get("hidden_size")
    )
    if kind not in KINDS or not usual:
        return None
    padding = config.get("pad_token_id", KINDS[kind])
    return Shape(
        layers=int(config["num_hidden_layers"]),
        width=int(config["hidden_size"]),
        heads=int(config["num_attention_heads"]),
        inner=int(config["intermediate_size"]),
        vocabulary=int(config["vocab_size"]),
        positions=int(config["max_position_embeddings"]),
        padding=padding,
        first_position=(1 if padding is None else padding) + 1 if KINDS[kind] else 0,
        kinds=int(config["type_vocab_size"]),
        epsilon=float(config.get("layer_norm_eps", 1e-12)),
        dropout=float(config.get("hidden_dropout_prob", 0.1)),
        attention_dropout=float(config.get("attention_probs_dropout_prob", 0.1)),
    )
