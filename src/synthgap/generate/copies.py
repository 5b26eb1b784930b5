"""Whether a text takes over a human example in place of imitating it.

A run of six words in common with an example that the request showed is a copy. With one of the
thousands of texts in the pool that it did not show, it is the language: what is compared with the
whole pool is the whole text.
"""

from synthgap.floor.texts import fold
from synthgap.generate.backend import Candidate, Example
from synthgap.generate.filters import runs, words


class Copies:
    """The human examples, and whether a text is a copy of one."""

    def __init__(self, pool: list[Example], copy_words: int) -> None:
        self._copy_words = copy_words
        self._texts = {example.id: example.text for example in pool}
        self._whole = {_whole(example.text) for example in pool}

    def has(self, candidate: Candidate) -> bool:
        """Return whether the text is a copy.

        Either it shares a run of `copy_words` words with an example that its request showed, or it
        is some text of the pool, word for word. Case and punctuation do not count.
        """
        if _whole(candidate.text) in self._whole:
            return True
        own = runs(candidate.text, self._copy_words)
        shown = (self._texts[name] for name in candidate.example_ids)
        return any(own & runs(text, self._copy_words) for text in shown)


def _whole(text: str) -> tuple[str, ...]:
    # A text of nothing but signs has no words, and is itself.
    return words(text) or (fold(text),)
