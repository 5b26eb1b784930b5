"""How near a fine-tuning comes to what the processor can do.

    python benchmarks/limit.py

prints how much of a batch would be padding if it were padded; then the best rates of one large
matrix product, of the products of one encoder layer, forward and backward, in the sizes of a batch,
with nothing between them, and of whole fits of all weights. What is between the last two is
everything in a step that is no product. On a GPU, where there is one.

The texts are those of a study that has run (`data/train`).
"""

import time
from collections.abc import Callable

import numpy as np
import torch
from torch.nn.functional import linear

from synthgap import training
from synthgap.classify import batches, encoders
from synthgap.classify.cell import prepare
from synthgap.classify.device import chosen_device
from train import BATCH, SETTINGS, TASKS, TEXTS, quiet, read

WIDTH, INNER = 384, 1536
"""Of MiniLM's layers."""

TOGETHER = {"cpu": 1, "cuda": 20}
"""Products of a round: a GPU is given the next ones while it computes, as in a fit."""


def main() -> None:
    quiet()
    for task in TASKS:
        print(f"{task}: {padding(task):.0%} of the tokens of batches would be padding", flush=True)
    examples, _, _ = read("ag_news", TEXTS)
    lengths = [len(row) for row in encoders.tokenise(SETTINGS, list(examples.texts))]
    mean = sum(lengths) / TEXTS
    peaks = {}
    for kind in (torch.float32, torch.bfloat16):
        peaks[kind] = square(kind)
        alone = layer(kind, round(BATCH * mean))
        print(f"{kind}: large product {peaks[kind]:.0f} GFLOP/s, a layer's {alone:.0f}", flush=True)
    started = time.perf_counter()
    classifier = prepare(SETTINGS, examples, [])
    print(f"start, with reading weights: {time.perf_counter() - started:.1f} s")
    # Without padding, which does nobody any good.
    texts = training.Texts(mean, TEXTS, human=0)
    work = training.operations(SETTINGS, training.shape_of(SETTINGS), texts, seeds=1) / 1e9
    for seed in (1, 2, 3):
        started = time.perf_counter()
        classifier.fit(seed)
        wait()
        rate = work / (time.perf_counter() - started)
        shares = ", ".join(f"{rate / peak:.0%} of {kind}" for kind, peak in peaks.items())
        print(f"fit {seed}: {work:.0f} GFLOP at {rate:.0f} GFLOP/s: {shares}", flush=True)


def padding(task: str) -> float:
    """Return the share of padding in four passes of batches of texts of similar length."""
    examples, _, _ = read(task, TEXTS)
    lengths = np.array([len(row) for row in encoders.tokenise(SETTINGS, list(examples.texts))])
    order = np.random.default_rng(1)
    passes = [rows for _ in range(4) for rows in batches.shuffled(lengths, BATCH, order)]
    return 1 - 4 * lengths.sum() / sum(len(rows) * lengths[rows].max() for rows in passes)


def square(kind: torch.dtype, n: int = 2048) -> float:
    """Return the best rate of a product of two n x n matrices, in GFLOP/s."""
    a, b = matrix(kind, n, n), matrix(kind, n, n)
    return 2 * n**3 / best(lambda: a @ b) / 1e9


def layer(kind: torch.dtype, tokens: int) -> float:
    """Return the rate of a layer's products with its weights, forward and backward, in GFLOP/s."""
    work = seconds = 0.0
    for columns, rows, times in ((WIDTH, WIDTH, 4), (WIDTH, INNER, 1), (INNER, WIDTH, 1)):
        x, y = matrix(kind, tokens, columns), matrix(kind, tokens, rows)
        weights, bias = matrix(kind, rows, columns), matrix(kind, rows)
        for product in (
            lambda x=x, w=weights, b=bias: linear(x, w, b),
            lambda y=y, w=weights: y @ w,
            lambda x=x, y=y: y.T @ x,
        ):
            work += times * 2 * tokens * columns * rows
            seconds += times * best(product)
    return work / seconds / 1e9


def matrix(kind: torch.dtype, *size: int) -> torch.Tensor:
    """Return random numbers where fits run, too."""
    return torch.randn(*size, device=chosen_device()).to(kind)


def best(product: Callable[[], object], rounds: int = 30) -> float:
    """Return the shortest of some rounds, in seconds a product."""
    times = []
    together = TOGETHER[chosen_device().type]
    for _ in range(rounds):
        wait()
        started = time.perf_counter()
        for _ in range(together):
            product()
        wait()
        times.append((time.perf_counter() - started) / together)
    return min(times)


def wait() -> None:
    """Let a GPU end what it was given."""
    if chosen_device().type == "cuda":
        torch.cuda.synchronize()


if __name__ == "__main__":
    main()
