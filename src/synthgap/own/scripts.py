"""In which writing systems texts are: a cheap sign of several languages, and no more than that."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

SAMPLE = 10_000
"""Texts that are looked at, evenly spaced."""


def shares(texts: Sequence[str]) -> dict[str, float]:
    """Return the share of texts whose letters are mostly of each script, the largest first.

    A script is the first word of its letters' Unicode names, such as LATIN, CYRILLIC or CJK. Texts
    without letters are left out.
    """
    step = -(-len(texts) // SAMPLE) or 1
    counts = Counter(script for text in texts[::step] if (script := main(text[:2000])))
    return {script: n / counts.total() for script, n in counts.most_common()}


def main(text: str) -> str | None:
    """Return the script of most of the letters, None if there are none."""
    if text.isascii():
        return "LATIN" if any(map(str.isalpha, text)) else None
    counts = Counter(_script(one) for one in text if one.isalpha())
    return counts.most_common(1)[0][0] if counts else None


@lru_cache(maxsize=100_000)
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "UNKNOWN").split()[0]
    return "JAPANESE" if name in ("HIRAGANA", "KATAKANA") else name
