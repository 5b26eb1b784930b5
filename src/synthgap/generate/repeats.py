"""Which texts say again what has been said: the same text, or nearly the same.

Nearly: the Jaccard similarity of the texts' sets of four characters in a row. MinHash finds the
texts that may be as similar, and the sets themselves decide, so that no text is dropped by an
estimate. One other word in a sentence of fifteen leaves a similarity of about 0.8, two leave
0.65. Among human texts, pairs from 0.7 on are one text with an edit; between 0.5 and 0.65 there
are short texts of the same form about different things, which are no repeats.
"""

from datasketch import MinHash, MinHashLSH

from synthgap.floor import seeds
from synthgap.floor.texts import fold

_SHINGLE = 4
_BANDS, _ROWS = 64, 4
"""A pair of similarity s is looked at with probability 1 - (1 - s ** 4) ** 64: 0.98 at 0.5, the
lowest threshold that the settings allow, and all but 2e-8 at 0.7."""


class NearRepeats:
    """The texts that were added, and whether another one is nearly one of them."""

    def __init__(self, threshold: float, seed: int) -> None:
        self._threshold = threshold
        permutations = int(seeds.rng(seed, "near_repeat").integers(2**32))
        self._empty = MinHash(num_perm=_BANDS * _ROWS, seed=permutations)
        self._index = MinHashLSH(num_perm=_BANDS * _ROWS, params=(_BANDS, _ROWS))
        self._shingles: list[set[str]] = []

    def add(self, text: str) -> None:
        """Remember `text`."""
        shingles = _shingled(text)
        self._index.insert(len(self._shingles), self._sketch(shingles))
        self._shingles.append(shingles)

    def has(self, text: str) -> bool:
        """Return whether some text's similarity to `text` is the threshold or more."""
        shingles = _shingled(text)
        near = self._index.query(self._sketch(shingles))
        return any(_jaccard(shingles, self._shingles[key]) >= self._threshold for key in near)

    def _sketch(self, shingles: set[str]) -> MinHash:
        sketch = self._empty.copy()
        sketch.update_batch([shingle.encode() for shingle in shingles])
        return sketch


def _shingled(text: str) -> set[str]:
    folded = fold(text)
    return {folded[i : i + _SHINGLE] for i in range(max(1, len(folded) - _SHINGLE + 1))}


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)
