import numpy as np
import pandas as pd

from synthgap.classify import cell
from synthgap.classify.protocol import Examples
from synthgap.classify.settings import Tfidf
from synthgap.classify.tfidf import BagOfWords

WORDS = Tfidf(kind="tfidf", ngrams=1, inverse_penalty=10.0)


def table(**labels):
    rows = [(text, label) for label, texts in labels.items() for text in texts]
    frame = pd.DataFrame(rows, columns=["text", "label"])
    frame.insert(0, "id", [f"t{i}" for i in range(len(frame))])
    return frame


TRAINING = table(cat=["the cat purrs", "a cat sleeps"], dog=["the dog barks", "a dog runs"])
TEST = table(dog=["my dog", "dog dog"], cat=["my cat"])
VOTED = table(cat=["cat or dog"])


def test_words_decide_and_probabilities_are_in_the_order_of_the_labels():
    fits = cell.run(
        WORDS, [1, 2], cell.Data(TRAINING, {"test": TEST, "voted": VOTED}, ["dog", "bird", "cat"])
    )
    frame = fits.predictions
    assert frame["id"].tolist() == ["t0", "t1", "t2", "t0"] * 2
    assert frame["split"].tolist() == ["test", "test", "test", "voted"] * 2
    assert frame["seed"].tolist() == [1] * 4 + [2] * 4
    assert frame.loc[frame["split"] == "test", "predicted"].tolist() == ["dog", "dog", "cat"] * 2
    probabilities = np.array(frame["probabilities"].tolist())
    assert probabilities.shape == (8, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    assert (probabilities[:, 1] == 0).all(), "no bird was in the training texts"
    assert fits.curve == []


def test_case_does_not_matter_and_unknown_words_leave_the_prior():
    examples = Examples(["Up up", "down"], np.array([0, 1]), 2)
    known, unknown = BagOfWords(WORDS, examples, ["UP", "sideways"]).fit(1).probabilities
    assert known[0] > 0.5
    np.testing.assert_allclose(unknown, 0.5, atol=1e-3)


def test_no_texts_to_predict_give_no_rows():
    examples = Examples(["up", "down"], np.array([0, 1]), 2)
    assert BagOfWords(WORDS, examples, []).fit(1).probabilities.shape == (0, 2)
