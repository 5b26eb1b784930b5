"""Texts to vectors, with all-MiniLM-L6-v2."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from synthgap.encoder.bert import Bert
from synthgap.encoder.packed import pack
from synthgap.encoder.precision import fast_dtype
from synthgap.encoder.pretrained import bundled
from synthgap.measure.vectors.vectors import Vectors

BATCH_TOKENS = 1024
"""Tokens of a batch at most, padding included, but at least one text: what a core's cache holds."""


MAX_TOKENS = 256
"""Of a text, as the model was published with sentence-transformers: longer ones are cut."""


def encode(texts: Sequence[str]) -> Vectors:
    """Return the vectors of the texts, of length 1; what is beyond MAX_TOKENS is not seen.

    Texts of one length share a batch, so that little is padded, and every batch has about as many
    tokens. Each batch is computed by one thread, so that the number of cores changes nothing but
    the time. Equal texts are encoded once.

    Raises:
        InputError: the model is not there, or is another.
    """
    model = bundled()
    encoder = model.whole().to(fast_dtype(torch.device("cpu")))
    different = list(dict.fromkeys(texts))
    tokens = model.tokenise(different, MAX_TOKENS)
    vectors = np.empty((len(different), 384), dtype=np.float32)
    batches = list(_batches([len(each) for each in tokens]))
    with (
        _one_thread_each() as threads,
        ThreadPoolExecutor(threads) as pool,
        tqdm(total=len(different), desc="texts", unit="text", disable=None) as progress,
    ):
        found = pool.map(lambda batch: _forward(encoder, [tokens[i] for i in batch]), batches)
        for batch, rows in zip(batches, found, strict=True):
            vectors[batch] = rows
            progress.update(len(batch))
    places = {text: i for i, text in enumerate(different)}
    return vectors[[places[text] for text in texts]]


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of texts, longest first, in batches of at most BATCH_TOKENS."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    start = 0
    while start < len(order):
        size = max(1, BATCH_TOKENS // lengths[order[start]])
        yield order[start : start + size]
        start += size


@contextmanager
def _one_thread_each() -> Iterator[int]:
    """Keep torch from splitting operations, and give the number of threads that it would use."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield threads
    finally:
        torch.set_num_threads(threads)


@torch.inference_mode()
def _forward(encoder: Bert, tokens: Sequence[Tensor]) -> Vectors:
    """Return the mean hidden states of the texts' tokens, each brought to length 1."""
    batch = pack(tokens, torch.device("cpu"))
    mean = encoder.pooled(*batch, "mean")
    found: Vectors = nn.functional.normalize(mean).numpy()
    return found
