"""Settings, a brief and candidates to generate with."""

from synthgap.generate.backend import Brief, Candidate
from synthgap.generate.llm import Llm
from synthgap.generate.prompts import Wording
from synthgap.generate.settings import Settings

LABELS = ["sun", "rain"]

GENERATE = {
    "backend": "corpus",
    "per_label": 2,
    "turns": 1,
    "follow_up": "One more for {{ label }}, of another kind.",
    "texts_per_reply": 1,
    "several": "Give {{ count }} such texts as JSON.",
    "examples": 3,
    "max_attempts_factor": 3,
    "min_words": 1,
    "max_words": 100,
    "near_repeat": 0.7,
    "copy_words": 6,
    "seed": 1,
}

LLM = {
    "base_url": "http://127.0.0.1:9/v1",
    "model": "tiny",
    "api_key_env": "SYNTHGAP_TEST_KEY",
    "temperature": 1.0,
    "top_p": 1.0,
    "max_tokens": 1024,
    "max_tokens_name": "max_tokens",
    "seed": 1,
    "extra": {},
    "concurrency": 4,
    "requests_per_minute": None,
    "tokens_per_minute": None,
    "timeout_seconds": 10.0,
    "retries": 5,
    "wait_seconds": 0.02,
    "patience_seconds": 600.0,
    "price": {"prompt": None, "completion": None, "batch_share": 1.0},
    "budget_usd": None,
}


def llm(**changes):
    return Llm(**LLM | changes)


def settings(**changes):
    return Settings(**GENERATE | changes)


def brief(labels=LABELS, pool=()):
    descriptions = {label: f"texts about {label}" for label in labels}
    wording = Wording("A forecast.", "Write {{ label }}.", "5 words", descriptions)
    return Brief("weather", "few_shot", list(labels), wording, list(pool))


def candidate(text, label="sun", name="c-1", example_ids=()):
    return Candidate(name, text, label, "m", "0" * 64, 1, 0, list(example_ids))


def candidates(texts, label="sun"):
    return [candidate(text, label, f"{label}-{i}") for i, text in enumerate(texts, start=1)]


class Listed:
    """A backend that gives one list after the other, and notes what was wanted."""

    place = "a list"

    def __init__(self, *rounds):
        self.rounds = list(rounds)
        self.wanted = []

    def write(self, wanted):
        self.wanted.append(dict(wanted))
        return self.rounds.pop(0) if self.rounds else []
