"""Random streams: derived from a seed and names, never from order, time or a global generator."""

import zlib

import numpy as np


def rng(seed: int, *names: str) -> np.random.Generator:
    """Return a generator that depends on the seed and the names, and on nothing else.

    Adding a task, source or model therefore changes no draw of another.
    """
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])
