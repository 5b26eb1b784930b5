import unicodedata

import pytest

from synthgap.tell.page.visible import name, shorten, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u202eabc", "⟨U+202E⟩abc"),
        ("\u2066a\u2069", "⟨U+2066⟩a⟨U+2069⟩"),
        ("a\u200bb\ufeff", "a⟨U+200B⟩b⟨U+FEFF⟩"),
        ("bell\x07 esc\x1b[31m", "bell⟨U+0007⟩ esc⟨U+001B⟩[31m"),
        ("tag\U000e0041", "tag⟨U+E0041⟩"),
        ("line\nbreak\ttab", "line\nbreak\ttab"),
        ("two\r\nlines", "two\nlines"),
        ("👩\u200d👧 مرحبا שלום é", "👩\u200d👧 مرحبا שלום é"),
    ],
    ids=["override", "isolate", "zero_width", "control", "tags", "space", "crlf", "scripts"],
)
def test_what_cannot_be_seen_is_written_out_and_the_rest_is_kept(text, shown):
    assert visible(text) == shown


def test_no_character_that_turns_the_direction_of_text_is_left():
    turning = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    every = "".join(chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000)
    left = {unicodedata.bidirectional(character) for character in visible(every)}
    assert not left & turning


def test_a_long_text_is_cut_and_says_so():
    assert shorten("a" * 300, 300) == "a" * 300
    assert shorten("a" * 299 + " b", 300) == "a" * 299 + "…"
    assert len(name("w" * 10_000)) == 81
