"""A dataset's columns as plain Python values, class labels by their names.

Text that is not UTF-8 comes as half surrogate pairs, one a byte, so that only its rows are lost.
"""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa


def values(column: pa.ChunkedArray, feature: object) -> list[Any]:
    """Return the column's values.

    Args:
        column: as Arrow has it.
        feature: as `datasets` describes it: a `ClassLabel` knows the names of its numbers.
    """
    if names := _names(feature):
        return [_name(value, names) for value in column.to_pylist()]
    if names := _names(getattr(feature, "feature", None)):
        return [row and [_name(value, names) for value in row] for row in column.to_pylist()]
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return [_decode(value) for value in column.cast(pa.large_binary()).to_pylist()]
    return column.to_pylist()  # type: ignore[no-any-return]


def _names(feature: object) -> Sequence[str]:
    return getattr(feature, "names", None) or []


def _name(value: int | None, names: Sequence[str]) -> str | None:
    # The hub writes -1 where a test set's labels are kept secret.
    if value is None or value < 0:
        return None
    return names[value] if value < len(names) else str(value)


def _decode(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", errors="surrogateescape")
