from tests.generate.conftest import endpoint

__all__ = ["endpoint"]
