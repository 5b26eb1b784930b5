import math

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_distances

from synthgap.measure.diversity import halves, nearest
from synthgap.measure.diversity import measures as diversity

# Three texts in the plane: cosines 0 (a, b), 0.6 (a, c), 0.8 (b, c).
CORNER = np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def unit(rng, n, dimensions=384):
    """Return random vectors of length 1 around a common direction, as texts' vectors are."""
    vectors = rng.normal(size=(n, dimensions)) + 0.5
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def everything(n):
    return np.ones((1, n), dtype=bool)


def remote_clique(vectors):
    return diversity.remote_clique_distance(vectors, everything(len(vectors)))[0]


def chamfer(vectors):
    return diversity.chamfer_distance(
        nearest.nearest_others(vectors, 24), everything(len(vectors))
    )[0]


def vendi(vectors):
    return diversity.vendi_score(vectors, everything(len(vectors)))[0]


def similarity(real, other, k):
    return diversity.similarity_score(
        nearest.nearest(real, other, 40), everything(len(real)), everything(len(other)), k
    )[0]


def covered(real, other, k):
    return diversity.covered_share(
        nearest.nearest(real, other, 40),
        nearest.nearest_others(real, 40),
        everything(len(real)),
        everything(len(other)),
        k,
    )[0]


def test_remote_clique_by_hand():
    # Distances 1, 0.4, 0.2; each is in the mean of two texts: (1 + 0.4 + 0.2) / 3.
    assert remote_clique(CORNER) == pytest.approx(1.6 / 3)


def test_chamfer_by_hand():
    # Nearest: a to c 0.4, b to c 0.2, c to b 0.2.
    assert chamfer(CORNER) == pytest.approx(0.8 / 3)


def test_similarity_by_hand():
    # Other texts (1, 0) and (0.6, 0.8). From (0, 1): 0.8 and 0; from (0.8, 0.6): 0.96 and 0.8.
    real = np.array([[0, 1], [0.8, 0.6]], dtype=np.float32)
    other = np.array([[1, 0], [0.6, 0.8]], dtype=np.float32)
    assert similarity(real, other, 1) == pytest.approx((0.8 + 0.96) / 2)
    assert similarity(real, other, 2) == pytest.approx((0.4 + 0.88) / 2)
    assert similarity(real, other, 5) == pytest.approx((0.4 + 0.88) / 2), "all it has"


def test_coverage_by_hand():
    # Own nearest: a 0.6, b 0.8, c 0.8. The other sample's text (1, 0): a 1, b 0, c 0.6.
    # So a is covered, b and c are not; with their second neighbour (0, 0, 0.6) all are.
    other = np.array([[1, 0]], dtype=np.float32)
    assert covered(CORNER, other, 1) == pytest.approx(1 / 3)
    assert covered(CORNER, other, 2) == 1


def test_equal_to_a_double_loop_over_all_pairs(rng):
    vectors, other = unit(rng, 60), unit(rng, 50)
    n = len(vectors)
    means, smallest, best = [], [], []
    for i in range(n):
        distances = [1 - float(vectors[i] @ vectors[j]) for j in range(n) if j != i]
        means.append(sum(distances) / (n - 1))
        smallest.append(min(distances))
        best.append(sum(sorted(float(vectors[i] @ text) for text in other)[-5:]) / 5)
    assert remote_clique(vectors) == pytest.approx(sum(means) / n, rel=1e-5)
    assert chamfer(vectors) == pytest.approx(sum(smallest) / n, rel=1e-5)
    assert similarity(vectors, other, 5) == pytest.approx(sum(best) / n, rel=1e-5)


def test_equal_to_the_package_diversity_but_for_its_distance_of_a_text_to_itself(rng):
    # Its remote_clique is the mean of the means of all rows of the distance matrix, the zeros on
    # the diagonal among them; its chamfer_dist keeps the diagonal out of each row's minimum.
    vectors = unit(rng, 40)
    n = len(vectors)
    matrix = cosine_distances(vectors)
    with_itself = matrix.mean(axis=1).mean()
    assert remote_clique(vectors) * (n - 1) / n == pytest.approx(with_itself, rel=1e-5)
    off_diagonal = matrix[~np.eye(n, dtype=bool)].reshape(n, n - 1)
    assert chamfer(vectors) == pytest.approx(off_diagonal.min(axis=1).mean(), rel=1e-5)


@pytest.mark.parametrize("n", [30, 500], ids=["fewer texts than dimensions", "more texts"])
def test_vendi_equals_its_definition_by_the_eigenvalues_of_all_cosines(rng, n):
    vectors = unit(rng, n)
    shares = np.linalg.eigvalsh(vectors.astype(float) @ vectors.astype(float).T / n)
    entropy = -sum(share * math.log(share) for share in shares if share > 1e-12)
    assert vendi(vectors) == pytest.approx(math.exp(entropy), rel=1e-6)


def test_vendi_by_hand():
    # Two texts of cosine c: eigenvalues (1 + c) / 2 and (1 - c) / 2; here 0.8 and 0.2.
    vectors = CORNER[[0, 2]]
    expected = math.exp(-(0.8 * math.log(0.8) + 0.2 * math.log(0.2)))
    assert vendi(vectors) == pytest.approx(expected, rel=1e-6)


def test_equal_texts_have_no_diversity(rng):
    vectors = np.repeat(unit(rng, 1), 20, axis=0)
    assert remote_clique(vectors) == pytest.approx(0, abs=1e-6)
    assert chamfer(vectors) == pytest.approx(0, abs=1e-6)
    assert min(remote_clique(vectors), chamfer(vectors)) >= 0
    assert vendi(vectors) == pytest.approx(1, abs=1e-4)
    assert similarity(vectors, vectors, 5) == pytest.approx(1, abs=1e-6)


def test_orthogonal_texts_have_all_the_diversity_there_is():
    vectors = np.eye(30, 384, dtype=np.float32)
    assert remote_clique(vectors) == pytest.approx(1)
    assert chamfer(vectors) == pytest.approx(1)
    assert vendi(vectors) == pytest.approx(30)
    assert similarity(vectors, vectors, 5) == pytest.approx(1 / 5), "each finds only itself"
    assert covered(vectors[:20], vectors[20:], 5) == 1, "all are equally far"


def test_opposite_texts_are_two_apart():
    vectors = np.array([[1, 0], [-1, 0]], dtype=np.float32)
    assert remote_clique(vectors) == pytest.approx(2)
    assert chamfer(vectors) == pytest.approx(2)


def test_the_order_of_texts_does_not_matter(rng):
    vectors, other = unit(rng, 80), unit(rng, 70)
    order, place = rng.permutation(80), rng.permutation(70)
    for measure in (remote_clique, chamfer, vendi):
        assert measure(vectors[order]) == pytest.approx(measure(vectors), rel=1e-6)
    for measure in (similarity, covered):
        assert measure(vectors[order], other[place], 5) == pytest.approx(
            measure(vectors, other, 5), rel=1e-6
        )


def test_halves_are_measured_as_if_they_stood_alone(rng):
    vectors, other = unit(rng, 90, 16), unit(rng, 90, 16)
    strata = np.repeat(["x", "y"], 45)
    chosen, elsewhere = halves.draw(strata, 5, rng), halves.draw(strata, 5, rng)
    listed = diversity.listed_neighbours(5)
    among = nearest.nearest_others(vectors, listed)
    to_other = nearest.nearest(vectors, other, listed)
    clique = diversity.remote_clique_distance(vectors, chosen)
    least = diversity.chamfer_distance(among, chosen)
    effective = diversity.vendi_score(vectors, chosen)
    near = diversity.similarity_score(to_other, chosen, elsewhere, 5)
    share = diversity.covered_share(to_other, among, chosen, elsewhere, 5)
    for i in range(6):
        half, partner = vectors[chosen[i]], other[elsewhere[i]]
        assert clique[i] == pytest.approx(remote_clique(half), rel=1e-6)
        assert least[i] == pytest.approx(chamfer(half), rel=1e-6)
        assert effective[i] == pytest.approx(vendi(half), rel=1e-6)
        assert near[i] == pytest.approx(similarity(half, partner, 5), rel=1e-6)
        assert share[i] == pytest.approx(covered(half, partner, 5), rel=1e-6)


def test_blocks_do_not_change_a_number(rng, monkeypatch):
    vectors, other = unit(rng, 70, 16), unit(rng, 60, 16)

    def numbers():
        return [f(vectors) for f in (remote_clique, chamfer, vendi)] + [
            f(vectors, other, 5) for f in (similarity, covered)
        ]

    whole = numbers()
    monkeypatch.setattr(nearest, "BLOCK_CELLS", 200)
    monkeypatch.setattr(diversity, "BLOCK_ROWS", 7)
    assert numbers() == pytest.approx(whole, rel=1e-6)


def test_neighbours_are_the_nearest_ones_in_order():
    found = nearest.nearest_others(CORNER, 5)
    # Two others each: a has c then b, b has c then a, c has b then a.
    assert found.place.tolist() == [[2, 1], [2, 0], [1, 0]]
    assert found.cosine == pytest.approx(np.array([[0.6, 0], [0.8, 0], [0.8, 0.6]]), abs=1e-6)


def test_an_equal_text_is_a_neighbour_and_the_text_itself_is_not():
    found = nearest.nearest_others(CORNER[[0, 0, 1]], 1)
    assert found.place[:2, 0].tolist() == [1, 0]
    assert found.cosine[:2, 0].tolist() == [1, 1]
