"""Which candidates are kept: each is judged once, in order, and what is kept counts for the next.

The reasons stand in the order in which they are looked for; a text is dropped for the first that
applies. That a text stands in the test set is no reason here: another test set must not ask for
other texts. Such test texts are left out where scores are made.
"""

from collections import Counter
from collections.abc import Callable

from synthgap.floor.texts import fold
from synthgap.generate import filters
from synthgap.generate.backend import Brief, Candidate
from synthgap.generate.copies import Copies
from synthgap.generate.repeats import NearRepeats
from synthgap.generate.settings import Settings


class Sieve:
    """Keeps exactly `per_label` texts of each label, if it is shown enough."""

    def __init__(self, brief: Brief, settings: Settings) -> None:
        self.per_label = settings.per_label
        self._kept: Counter[str] = Counter({label: 0 for label in brief.labels})
        self._folds: set[str] = set()
        self._near = {
            label: NearRepeats(settings.near_repeat, settings.seed) for label in brief.labels
        }
        copies = Copies(brief.pool, settings.copy_words)
        self._applies: dict[str, Callable[[Candidate], bool]] = {
            "rejected": lambda c: c.fault == "rejected",
            "content_filter": lambda c: c.fault == "content_filter",
            "truncated": lambda c: c.fault == "truncated",
            "unfinished": lambda c: c.fault == "unfinished",
            "open_thought": lambda c: c.fault == "open_thought",
            "not_json": lambda c: c.fault == "not_json",
            "empty": lambda c: filters.is_empty(c.text),
            "refusal": lambda c: c.fault == "refusal" or filters.is_refusal(c.text),
            "too_short": lambda c: filters.n_words(c.text) < settings.min_words,
            "too_long": lambda c: filters.n_words(c.text) > settings.max_words,
            "names_its_label": lambda c: filters.names_label(c.text, c.label, brief.labels),
            "repeat": lambda c: fold(c.text) in self._folds,
            # Of its own label only: a pair that differs in what makes the label is good to have.
            "near_repeat": lambda c: self._near[c.label].has(c.text),
            "copies_example": copies.has,
            "surplus": lambda c: self._kept[c.label] == self.per_label,
        }
        self.reasons = tuple(self._applies)

    @property
    def kept(self) -> dict[str, int]:
        """How many texts of each label are kept."""
        return dict(self._kept)

    @property
    def short(self) -> dict[str, int]:
        """How many texts are missing, of each label that has too few."""
        missing = {label: self.per_label - kept for label, kept in self._kept.items()}
        return {label: n for label, n in missing.items() if n}

    def judge(self, candidate: Candidate) -> str | None:
        """Return why the candidate is dropped; None: it is kept."""
        for reason, applies in self._applies.items():
            if applies(candidate):
                return reason
        self._kept[candidate.label] += 1
        self._folds.add(fold(candidate.text))
        self._near[candidate.label].add(candidate.text)
        return None
