import pytest
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

from synthgap.export import cell
from synthgap.floor.errors import InputError
from tests.classify.test_finetune import TEXTS, settings
from tests.stages.fake_study import texts as made

NEW = ["a apple is red", "the green pear", "is a pear green", "apple"]


@pytest.fixture(scope="module", params=[None, 1], ids=["all layers", "the last layer"])
def exported(request, tiny_encoder):
    training = made("weather", "train", 8)
    training["text"] = TEXTS
    training["label"] = ["sun"] * 4 + ["rain"] * 4
    chosen = settings(tiny_encoder, trained_layers=request.param)
    return cell.export(chosen, training, ["sun", "rain"], 1, NEW)


def test_the_folder_predicts_what_the_fit_did_with_the_tasks_labels(exported, tmp_path):
    cell.write(exported, "# A card\n", tmp_path / "out" / "model")
    folder = tmp_path / "out" / "model"
    assert (folder / "README.md").read_text() == "# A card\n"
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["model"]
    classify = pipeline(
        "text-classification",
        AutoModelForSequenceClassification.from_pretrained(folder),
        tokenizer=AutoTokenizer.from_pretrained(folder),
    )
    assert [found["label"] for found in classify(NEW)] == exported.predicted
    assert exported.predicted[:3] == ["sun", "rain", "rain"]
    assert AutoTokenizer.from_pretrained(folder).model_max_length == 16


def test_a_folder_that_is_there_is_left_alone(exported, tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(InputError, match="mine: is there already, expected a new folder"):
        cell.write(exported, "card", tmp_path / "mine")
    assert list((tmp_path / "mine").iterdir()) == []
