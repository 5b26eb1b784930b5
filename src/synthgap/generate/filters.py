"""Why a text is of no use by itself, whatever else was written: one function a reason.

They err on the side of keeping: what they drop must be asked for, and paid for, again.
"""

import re
from collections.abc import Iterable

from synthgap.floor.texts import fold

_APOLOGY = (
    r"(?:(?:i'm |i am |we're |we are )?(?:so |very |really |truly )?(?:sorry|afraid)"
    r"|(?:my |i |we )?(?:sincere )?apolog(?:i[sz]e|ies))[,.;:!-]? ?(?:but |that )?"
)
_CANNOT = (
    r"(?:(?:i|we) (?:can't|cannot|can not|won't|will not|am unable to|are unable to)"
    r"|(?:i'm|i am|we're|we are) (?:unable|not able|not going|not comfortable|not allowed)(?: to)?)"
)
_THIS = r"(?:that|this|those|these|your|such)(?: (?:kinds?|types?|sorts?) of)?"
_WRITE = r"(?:write|writing|create|creating|generate|generating|produce|provide|compose|draft)"
_TASK = (
    rf"(?:(?:assist|assisting|help|helping)(?: you)? with {_THIS}"
    r"(?:(?: \w+)? (?:requests?|tasks?|content)\b|(?=[.,!;]|$))"
    rf"|(?:fulfil|fulfill|comply with|complete|accommodate|process|satisfy) {_THIS}"
    r"(?: \w+)? (?:requests?|tasks?)\b"
    rf"|{_WRITE}(?: \w+){{0,4}} content\b)"
)
_HARM = (
    r"(?:spam|scam|phishing|fraudulent|deceptive|misleading|harmful|hateful|hurtful|offensive"
    r"|abusive|discriminatory|derogatory|explicit|inappropriate|copyrighted)"
)
_AI = (
    r"an? (?:ai|artificial intelligence|large language model|language model)"
    r"(?: language model| model| assistant| chatbot| system)?"
)
_REFUSALS = [
    re.compile(pattern)
    for pattern in (
        # "I cannot fulfil this request", with or without an apology.
        rf"^(?:{_APOLOGY})?{_CANNOT} {_TASK}",
        # "Sorry, but I can't write spam messages": without the apology it may be a review.
        rf"^{_APOLOGY}{_CANNOT} {_WRITE}\b[^.!?]*\b{_HARM}\b",
        # "As an AI language model, I do not have feelings".
        rf"\bas {_AI}(?: (?:developed|created|trained|made) by \w+)?,? (?:i|my)\b",
        # "I'm just an AI and cannot feel joy".
        rf"^(?:{_APOLOGY})?(?:i'm|i am) (?:just |only |simply )?{_AI}\b[^.!?]*"
        r"\b(?:can't|cannot|don't|do not|unable|not able)\b",
    )
]
_OPEN, _CLOSE = r"[(\[<\"'*_ ]*", r"[)\]>\"'*_]*"
_WORD = re.compile(r"\w+(?:'\w+)*")


def plain(text: str) -> str:
    """Return the fold of `text` with straight apostrophes."""
    return re.sub("[\u2018\u2019\u02bc]", "'", fold(text))


def is_empty(text: str) -> bool:
    """Return whether nothing of the text can be seen."""
    return not any(sign.isprintable() and not sign.isspace() for sign in text)


def is_refusal(text: str) -> bool:
    """Return whether a model speaks here about not writing, in place of writing.

    An apology alone, or something that somebody cannot do, is no refusal: people write that.
    """
    return any(pattern.search(plain(text)) for pattern in _REFUSALS)


def n_words(text: str) -> int:
    """Return the number of words, as white space parts them."""
    return len(text.split())


def names_label(text: str, label: str, labels: Iterable[str]) -> bool:
    """Return whether the text says which label it has, in place of showing it.

    Only marks count, not the word: news of sports may speak of sports. A mark is the label in
    front of a colon or a dash, in brackets at either end, or behind "label:". Where a label has
    its negation beside it (irony, non_irony), it names the class and not a topic, and a hashtag
    of it is a mark too: human tweets are collected by such tags, which are then cut out.
    """
    name = r"[ _-]?".join(re.escape(part) for part in re.split(r"[\s_-]+", fold(label)))
    marks = [
        rf"^{_OPEN}{name}{_CLOSE}:[*_]*(?=[ \"']|$)",  # not "joy :)"
        rf"^{_OPEN}{name}{_CLOSE} ?[–—-]+ ",  # not "world-class"
        rf"^[(\[]{name}[)\]]|[(\[]{name}[)\]]$",
        rf"\b(?:label|class|category|classification|sentiment|emotion) ?[:=] ?{_OPEN}{name}(?!\w)",
    ]
    if {f"{no}_{label}" for no in ("not", "non", "no")} & set(labels):
        marks.append(rf"#{name}(?!\w)")
    return any(re.search(mark, fold(text)) for mark in marks)


def words(text: str) -> tuple[str, ...]:
    """Return the words without case and punctuation, for comparing the wording of texts."""
    return tuple(_WORD.findall(plain(text)))


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Return all runs of `length` words."""
    found = words(text)
    return {found[i : i + length] for i in range(len(found) - length + 1)}
