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
    padding: int
    """The number of the token for padding."""
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
    padding = config.get("pad_token_id")
    padding = KINDS[kind] if padding is None else padding
    return Shape(
        layers=config["num_hidden_layers"],
        width=config["hidden_size"],
        heads=config["num_attention_heads"],
        inner=config["intermediate_size"],
        vocabulary=config["vocab_size"],
        positions=config["max_position_embeddings"],
        padding=padding,
        first_position=padding + 1 if KINDS[kind] else 0,
        kinds=config["type_vocab_size"],
        epsilon=config["layer_norm_eps"],
        dropout=config["hidden_dropout_prob"],
        attention_dropout=config["attention_probs_dropout_prob"],
    )
