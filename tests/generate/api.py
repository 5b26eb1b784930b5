"""Generation from a loopback endpoint, in the process of the test."""

from pathlib import Path

from synthgap.generate import generation
from synthgap.generate.store import Store
from tests.generate import made

VARIABLE = made.LLM["api_key_env"]
PRICE = {"prompt": 1.0, "completion": 2.0, "batch_share": 1.0}


def llm(endpoint, **changes):
    return made.llm(**{"base_url": endpoint.url} | changes)


def generate(endpoint, backend="api", recordings=Path("none"), asked=None, **changes):
    """Return the tables; the store lies in DVC_ROOT."""
    settings = made.settings(**{"backend": backend, "per_label": 5} | changes)
    sources = generation.Sources(Path("none"), recordings)
    return generation.generate(made.brief(), settings, llm(endpoint, **asked or {}), sources)


def n_stored(folder):
    store = Store(folder / ".llm_cache" / "replies.sqlite")
    count = len(store)
    store.close()
    return count
