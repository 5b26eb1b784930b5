import numpy as np
import pytest

from synthgap.measure.diversity import plane
from synthgap.measure.diversity.settings import Settings
from synthgap.measure.vectors.samples import Sample

SETTINGS = Settings(neighbours=1, halves=20, folds=2, listed=2, mapped=4, seed=1)


def sample(vectors):
    vectors = np.array(vectors, dtype=np.float32)
    names = np.array([f"text {i}" for i in range(len(vectors))], dtype=object)
    return Sample(names, names, np.array(["x"] * len(vectors), dtype=object), vectors)


def test_texts_that_lie_in_a_plane_keep_their_distances():
    real = sample([[0, 0, 1], [0.6, 0, 0.8], [-0.6, 0, 0.8]])
    other = sample([[0.8, 0, 0.6]])
    drawn = plane.draw_map("t", {"real": real, "zero_shot": other, "held-out": real}, SETTINGS)
    points = np.array([row[3:] for row in drawn.rows], dtype=float)
    expected = np.concatenate([real.vectors, other.vectors])
    for i in range(4):
        for j in range(4):
            distance = np.linalg.norm(expected[i] - expected[j])
            assert np.linalg.norm(points[i] - points[j]) == pytest.approx(distance, abs=1e-6)
    assert sum(drawn.shares) == pytest.approx(1)
    assert [row[1] for row in drawn.rows] == ["real"] * 3 + ["zero_shot"]


def test_no_more_texts_of_a_source_than_the_setting_are_shown():
    angles = np.linspace(0, 3, 9)
    real = sample(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    assert len(plane.draw_map("t", {"real": real}, SETTINGS).rows) == 4
