"""Texts of strangers, made fit to be shown: nothing invisible, nothing endless."""

import unicodedata

_SPECIAL = {"\n", "\t"}
# A joiner makes one emoji of several, and shapes letters of some scripts.
_JOINERS = {"\u200c", "\u200d"}
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def visible(text: str) -> str:
    """Return the text with each control or format character as its code point in brackets.

    Such characters turn the direction of what follows, or hide it. HTML is escaped elsewhere.
    """
    return "".join(_mark(character) for character in text.replace("\r\n", "\n"))


def shorten(text: str, most: int) -> str:
    """Return the text's first characters, and an ellipsis where there were more."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def name(text: str) -> str:
    """Return a label or another name, short enough for a table's head."""
    return visible(shorten(text, 80))


def _mark(character: str) -> str:
    if character in _SPECIAL or character in _JOINERS:
        return character
    if unicodedata.category(character) in _INVISIBLE:
        return f"⟨U+{ord(character):04X}⟩"
    return character
