import numpy as np

from synthgap.measure.diversity import pairs
from synthgap.measure.diversity.settings import Settings
from synthgap.measure.vectors.samples import Sample

SETTINGS = Settings(neighbours=1, halves=20, folds=2, listed=2, mapped=10, seed=1)


def sample(name, degrees):
    """Return texts whose vectors point into these directions of the plane."""
    angles = np.radians(degrees)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    ids = np.array([f"{name}{degree}" for degree in degrees], dtype=object)
    labels = np.array(["x"] * len(degrees), dtype=object)
    return Sample(ids, np.array([f"text {i}" for i in ids], dtype=object), labels, vectors)


def found(kind, real, synthetic):
    frame = pairs.find_pairs("t", {"real": real, "zero_shot": synthetic}, SETTINGS)
    rows = frame[frame["kind"] == kind]
    return list(
        rows[["rank", "texts", "synthetic_id", "real_id"]].itertuples(index=False, name=None)
    )


# Real texts at 0, 1, 2 (close together), 60, 61 and 120 degrees.
REAL = sample("r", [0, 1, 2, 60, 61, 120])
SYNTHETIC = sample("s", [2.5, 100, 125, 200])


def test_nearest_and_farthest_come_in_order_with_their_nearest_real_text():
    # Away from real: 2.5 by half a degree, 125 by 5, 100 by 20, 200 by 80.
    assert found("nearest", REAL, SYNTHETIC) == [(1, 1, "s2.5", "r2"), (2, 1, "s125", "r120")]
    assert found("farthest", REAL, SYNTHETIC) == [(1, 1, "s200", "r120"), (2, 1, "s100", "r120")]


def test_uncovered_texts_are_gathered_into_regions_the_largest_first():
    # Nearest other real text: 1 degree away, but 59 for r120. Nearest synthetic one: 2.5, 1.5, 0.5
    # from r0, r1, r2; 40 and 39 from r60, r61; 5 from r120. So r2 and r120 are covered, and there
    # are two regions of two.
    rows = found("uncovered", REAL, SYNTHETIC)
    assert [(rank, texts) for rank, texts, _, _ in rows] == [(1, 2), (2, 2)]
    synthetic_of = {real: synthetic for _, _, synthetic, real in rows}
    (first,) = synthetic_of.keys() & {"r0", "r1"}
    (second,) = synthetic_of.keys() & {"r60", "r61"}
    assert (synthetic_of[first], synthetic_of[second]) == ("s2.5", "s100")


def test_equal_uncovered_texts_are_one_region():
    real = sample("r", [0, 0, 0, 90])
    assert found("uncovered", real, sample("s", [80, 85])) == [(1, 3, "s80", "r0")]


def test_a_source_equal_to_the_real_texts_covers_them_all():
    assert found("uncovered", REAL, REAL) == []
