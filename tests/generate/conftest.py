import pytest

from tests.generate.api import VARIABLE
from tests.generate.endpoint import KEY, serving


@pytest.fixture
def endpoint(tmp_path, monkeypatch):
    """A loopback endpoint, its key in the environment, and an empty store."""
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    monkeypatch.setenv(VARIABLE, KEY)
    with serving() as running:
        yield running
