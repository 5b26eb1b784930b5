"""How long the measures of vectors take and how much memory, and how fast texts are encoded.

python benchmarks/diversity.py measures   the same numbers in blocks, naively, and by scikit-learn
python benchmarks/diversity.py growth     in blocks, from 3,000 to 48,000 texts
python benchmarks/diversity.py intervals  what the half-samples of the intervals add
python benchmarks/diversity.py coverage   how often 95 % intervals hold the truth
python benchmarks/diversity.py encoding   texts a second, against SentenceTransformer.encode

Every variant of the first three runs in a process of its own, whose peak memory is told.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from synthgap.measure.diversity import halves
from synthgap.measure.diversity import measures as diversity
from synthgap.measure.diversity.nearest import nearest, nearest_others
from synthgap.measure.vectors.vectors import Vectors

DIMENSIONS, K = 384, 5
PAPER_N = 12_000  # 3,000 texts of each of four labels
ROUNDS = 3

Numbers = dict[str, float]


class Texts(NamedTuple):
    """Vectors of real texts, of synthetic ones, and of other real ones: the ceiling."""

    real: Vectors
    synthetic: Vectors
    other: Vectors


def made_texts(n: int, dimensions: int = DIMENSIONS, seed: int = 1) -> Texts:
    """Return vectors around 200 topics; the synthetic ones know half of the topics."""
    topics = np.random.default_rng(0).normal(size=(200, dimensions)).astype(np.float32) + 0.5
    rng = np.random.default_rng(seed)

    def made(known: int) -> Vectors:
        vectors = topics[rng.integers(0, known, n)]
        vectors += rng.normal(size=vectors.shape).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    return Texts(made(200), made(100), made(200))


def measured(texts: Texts, resamples: int, seed: int = 1) -> dict[str, halves.Draws]:
    """Return the numbers as the stage measures them, with their halves."""
    real, synthetic, other = texts
    rng = np.random.default_rng(seed)
    drawn = [halves.draw(np.repeat("a", len(real)), resamples, rng) for _ in texts]
    listed = diversity.listed_neighbours(K)
    among, among_real = nearest_others(synthetic, listed), nearest_others(real, listed)
    to_synthetic, to_other = nearest(real, synthetic, listed), nearest(real, other, listed)
    return {
        "remote_clique": diversity.remote_clique_distance(synthetic, drawn[1]),
        "chamfer": diversity.chamfer_distance(among, drawn[1]),
        "vendi": diversity.vendi_score(synthetic, drawn[1]),
        "similarity": diversity.similarity_score(to_synthetic, drawn[0], drawn[1], K),
        "covered": diversity.covered_share(to_synthetic, among_real, drawn[0], drawn[1], K),
        "ceiling": diversity.similarity_score(to_other, drawn[0], drawn[2], K),
    }


def in_blocks(texts: Texts, resamples: int = 0) -> Numbers:
    return {name: float(draws[0]) for name, draws in measured(texts, resamples).items()}


def naively(texts: Texts) -> Numbers:
    """Return the numbers from whole matrices of cosines."""
    real, synthetic, other = texts
    cosine = synthetic @ synthetic.T
    n = len(cosine)
    clique = 1 - (cosine.sum(dtype=np.float64) - np.trace(cosine)) / (n * (n - 1))
    np.fill_diagonal(cosine, -np.inf)
    chamfer = 1 - cosine.max(axis=1).mean(dtype=np.float64)
    cosine = real @ real.T
    np.fill_diagonal(cosine, -np.inf)
    radius = np.partition(cosine, -K, axis=1)[:, -K]
    cosine = real @ synthetic.T
    covered = (cosine.max(axis=1) >= radius).mean()
    similarity = np.partition(cosine, -K, axis=1)[:, -K:].mean(dtype=np.float64)
    cosine = real @ other.T
    ceiling = np.partition(cosine, -K, axis=1)[:, -K:].mean(dtype=np.float64)
    return named(clique, chamfer, synthetic, similarity, covered, ceiling)


def by_scikit_learn(texts: Texts, megabytes: int) -> Numbers:
    """Return the numbers from `pairwise_distances_chunked`, with so much working memory."""
    from sklearn.metrics import pairwise_distances_chunked

    def chunks(one: Vectors, two: Vectors, reduced: Callable[..., np.ndarray]) -> np.ndarray:
        found = pairwise_distances_chunked(
            one, two, reduce_func=reduced, metric="cosine", working_memory=megabytes
        )
        return np.concatenate(list(found))

    def sum_and_least(block: np.ndarray, start: int) -> np.ndarray:
        total = block.sum(axis=1, dtype=np.float64)
        block[np.arange(len(block)), start + np.arange(len(block))] = np.inf
        return np.stack([total, block.min(axis=1)], axis=1)

    def lowest(block: np.ndarray, start: int) -> np.ndarray:
        return np.sort(np.partition(block, K - 1, axis=1)[:, :K], axis=1)

    def lowest_others(block: np.ndarray, start: int) -> np.ndarray:
        block[np.arange(len(block)), start + np.arange(len(block))] = np.inf
        return lowest(block, start)

    real, synthetic, other = texts
    n = len(real)
    sums, least = chunks(synthetic, synthetic, sum_and_least).T
    to_synthetic = chunks(real, synthetic, lowest)
    covered = (to_synthetic[:, 0] <= chunks(real, real, lowest_others)[:, -1]).mean()
    ceiling = 1 - chunks(real, other, lowest).mean(dtype=np.float64)
    similarity = 1 - to_synthetic.mean(dtype=np.float64)
    clique = sums.sum() / (n * (n - 1))
    return named(clique, least.mean(dtype=np.float64), synthetic, similarity, covered, ceiling)


def named(
    clique: float, chamfer: float, synthetic: Vectors, similarity: float, covered: float,
    ceiling: float,
) -> Numbers:  # fmt: skip
    """Return the numbers by name, with the Vendi score, for which there is no matrix of pairs."""
    everything = np.ones((1, len(synthetic)), dtype=bool)
    return {
        "remote_clique": float(clique),
        "chamfer": float(chamfer),
        "vendi": float(diversity.vendi_score(synthetic, everything)[0]),
        "similarity": float(similarity),
        "covered": float(covered),
        "ceiling": float(ceiling),
    }


VARIANTS: dict[str, Callable[[Texts], Numbers]] = {
    "in blocks": in_blocks,
    "in blocks, 200 halves": lambda texts: in_blocks(texts, 200),
    "naive, whole matrices": naively,
    "scikit-learn, its 1024 MiB": lambda texts: by_scikit_learn(texts, 1024),
    "scikit-learn, 64 MiB": lambda texts: by_scikit_learn(texts, 64),
}


def run_child(variant: str, n: int, rounds: int) -> None:
    """Print what one variant takes, as JSON."""
    texts = made_texts(n)
    VARIANTS[variant](made_texts(600))  # imports and thread pools
    before = peak_megabytes()
    seconds, cpu = [], []
    for _ in range(rounds):
        wall, used = time.perf_counter(), time.process_time()
        numbers = VARIANTS[variant](texts)
        seconds.append(time.perf_counter() - wall)
        cpu.append(time.process_time() - used)
    found = {"seconds": seconds, "cpu": min(cpu), "before": before, "peak": peak_megabytes()}
    print(json.dumps({**found, "numbers": numbers}))


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(variant: str, n: int, rounds: int = ROUNDS) -> dict:
    """Return what a variant takes in a process of its own, and print it."""
    command = [sys.executable, __file__, "child", variant, str(n), str(rounds)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    print(
        f"n {n:6,}  {variant:28} best {min(found['seconds']):7.2f} s, worst "
        f"{max(found['seconds']):7.2f} s, processor {found['cpu']:7.2f} s, peak "
        f"{found['peak']:5.0f} MiB, of which {found['before']:4.0f} before it starts",
        flush=True,
    )
    return found


def measures() -> None:
    reference: Numbers = {}
    for variant in VARIANTS:
        if "halves" in variant:
            continue
        numbers = run(variant, PAPER_N)["numbers"]
        reference = reference or numbers
        worst = max(abs(numbers[name] / reference[name] - 1) for name in reference)
        print(f"    largest relative difference to the first: {worst:.1e}")
    print({name: round(value, 4) for name, value in reference.items()})


def growth() -> None:
    sizes = [3_000, 6_000, 12_000, 24_000, 48_000]
    found = [run("in blocks", n, 1 if n > PAPER_N else ROUNDS) for n in sizes]
    for (n, small), (_, large) in zip(zip(sizes, found), zip(sizes[1:], found[1:])):  # noqa: B905
        power = np.log2(large["cpu"] / small["cpu"])
        print(f"from {n:,} to twice as many: processor time times 2^{power:.2f}")


def intervals() -> None:
    for n in (400, 3_000, PAPER_N):
        for variant in ("in blocks", "in blocks, 200 halves"):
            run(variant, n, 1)


def coverage(repeats: int = 300, truths: int = 1000) -> None:
    """Print how often the interval of a sample holds the mean of other samples of its size."""
    for n in (60, 200):
        many = [in_blocks(made_texts(n, 64, 10_000 + i)) for i in range(truths)]
        held: dict[str, int] = {}
        for i in range(repeats):
            for name, draws in measured(made_texts(n, 64, i), 200, i).items():
                scaled = draws if name == "remote_clique" else halves.rescale(draws)
                found = halves.interval(scaled, n)
                truth = float(np.mean([numbers[name] for numbers in many]))
                held[name] = held.get(name, 0) + (found.low <= truth <= found.high)
        shares = ", ".join(f"{name} {count / repeats:.3f}" for name, count in held.items())
        print(f"n {n}: {shares} of {repeats} samples", flush=True)


def corpus_texts() -> Iterator[str]:
    for file in sorted(Path(__file__).parents[1].glob("data/corpora/*/*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]


def encoding(n: int = 2000) -> None:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    from synthgap.encoder import minilm
    from synthgap.measure.vectors import embed

    def default(texts: list[str]) -> np.ndarray:
        return SentenceTransformer(str(minilm.folder()), local_files_only=True).encode(texts)

    logging.disable_progress_bar()
    texts = sorted(set(corpus_texts()))
    texts = [texts[i] for i in np.random.default_rng(1).permutation(len(texts))[:n]]
    minilm.folder()
    found: dict[str, list[tuple[float, float]]] = {"SentenceTransformer.encode": [], "ours": []}
    for _ in range(ROUNDS):
        vectors = []
        for name, encode in (("SentenceTransformer.encode", default), ("ours", embed.encode)):
            wall, used = time.perf_counter(), time.process_time()
            vectors.append(encode(texts))
            found[name].append((time.perf_counter() - wall, time.process_time() - used))
    for name, pairs in found.items():
        rates = sorted(n / wall for wall, _ in pairs)
        cpu = n / min(used for _, used in pairs)
        print(
            f"{name:28} {n} texts, median {rates[len(rates) // 2]:.0f} a second (of "
            f"{', '.join(f'{rate:.0f}' for rate in rates)}), {cpu:.0f} a processor second"
        )
    print(f"smallest cosine of the two: {(vectors[0] * vectors[1]).sum(axis=1).min():.7f}")


def main() -> None:
    parts = {f.__name__: f for f in (measures, growth, intervals, coverage, encoding)}
    if sys.argv[1:2] == ["child"]:
        run_child(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=parts)
    parts[parser.parse_args().part]()


if __name__ == "__main__":
    main()
