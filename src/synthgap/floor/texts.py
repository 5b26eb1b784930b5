"""When two texts count as the same."""

import unicodedata


def fold(text: str) -> str:
    """Return `text` after Unicode NFKC, in lower case, with every run of white space one space.

    Two texts are the same when their folds are equal. Nothing else is ignored: "Hi!" is not "Hi".
    """
    # NFKC once more: a lower-case letter can compose with a mark that its capital stood beside.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    return " ".join(folded.split())
