"""Bag of words and logistic regression: the cheap check that transformers earn their keep."""

from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from synthgap.classify.protocol import Examples, Fitted, spread
from synthgap.classify.settings import Tfidf


class BagOfWords:
    """Logistic regression on TF-IDF weights of words and word pairs.

    The optimum is unique, so that the seed changes nothing and all seeds predict the same.
    """

    def __init__(self, settings: Tfidf, examples: Examples, texts: Sequence[str]) -> None:
        self._probabilities = spread(_fit(settings, examples), texts, examples.n_labels)

    def fit(self, seed: int) -> Fitted:
        """Return the one solution, whatever the seed."""
        return Fitted(self._probabilities, [])


def _fit(settings: Tfidf, examples: Examples) -> Pipeline:
    model = make_pipeline(
        TfidfVectorizer(
            ngram_range=(1, settings.ngrams), sublinear_tf=True, token_pattern=r"\w+|[^\w\s]"
        ),
        LogisticRegression(C=settings.inverse_penalty, class_weight="balanced", max_iter=1000),
    )
    return model.fit(examples.texts, examples.labels)
