import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from transformers import AutoModel, AutoTokenizer

from synthgap.classify.cell import prepare
from synthgap.classify.settings import Probe
from tests.classify.test_finetune import EIGHT, TEXTS

NEW = ["a apple is red", "the green pear", "is a pear green"]


def settings(folder, pooling):
    values = {"kind": "probe", "encoder": str(folder), "pooling": pooling}
    return Probe.model_validate(values | {"max_tokens": 16, "inverse_penalty": 10.0})


def test_it_is_a_logistic_regression_on_the_mean_hidden_states(tiny_encoder):
    found = prepare(settings(tiny_encoder, "mean"), EIGHT, NEW).fit(1).probabilities
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    model = AutoModel.from_pretrained(tiny_encoder).eval()

    def vector(text):
        with torch.no_grad():
            mean = model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(0)
        return (mean / mean.norm()).numpy()

    fitted = LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000).fit(
        [vector(text) for text in TEXTS], EIGHT.labels
    )
    expected = fitted.predict_proba([vector(text) for text in NEW])
    np.testing.assert_allclose(found, expected, atol=0.02)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)


def test_every_seed_predicts_the_same(tiny_encoder):
    probe = prepare(settings(tiny_encoder, "first"), EIGHT, NEW)
    assert probe.fit(1).probabilities.tobytes() == probe.fit(2).probabilities.tobytes()
    assert probe.fit(1).curve == []
