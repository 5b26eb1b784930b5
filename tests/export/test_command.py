import pytest
from ruamel.yaml import YAML
from transformers import AutoModelForSequenceClassification
from typer.testing import CliRunner

from synthgap.cli import app
from tests.classify.test_finetune import settings
from tests.stages import fake_study


@pytest.fixture
def study(tmp_path, monkeypatch, tiny_encoder):
    """A small study whose `minilm` is a tiny encoder, in the current folder."""
    monkeypatch.chdir(tmp_path)
    fake_study.write_study(tmp_path)
    fake_study.evaluate("weather")
    yaml = YAML()
    params = yaml.load(tmp_path / "params.yaml")
    tiny = settings(tiny_encoder, steps=2, max_tokens=24).model_dump()
    params["models"] = {"minilm": tiny, "tfidf": {"kind": "tfidf", "ngrams": 1}}
    params["models"]["tfidf"]["inverse_penalty"] = 1.0
    yaml.dump(params, tmp_path / "params.yaml")
    return tmp_path


def export(*arguments):
    return CliRunner().invoke(app, ["export-model", *arguments])


def test_a_cell_becomes_a_folder_with_a_card_and_says_how_it_agrees_with_the_study(study):
    done = export("weather", "zero_shot", "minilm", "out")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("out: predicts ")
    assert done.output.endswith(" of 60 test texts as the study's seed 1 did\n")
    model = AutoModelForSequenceClassification.from_pretrained(study / "out")
    assert model.config.id2label == {0: "sun", 1: "rain"}
    card = (study / "out" / "README.md").read_text(encoding="utf-8")
    scores = fake_study.read("metrics/evaluate/weather.json")["models"]["minilm"]["zero_shot"]
    assert "# weather, trained on zero_shot texts" in card
    assert f"**{100 * scores['macro_f1']['value']:.1f} (" in card
    assert f"*{scores['verdict']}*" in card
    assert "Human texts of the study: mirror." in card


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("sky", "real", "minilm", "o"), "study.tasks: 'sky' is not in the plan, only weather,"),
        (("weather", "web", "minilm", "o"), "study.sources: 'web' is not in the plan, only real,"),
        (("weather", "real", "bert", "o"), "study.models: 'bert' is not in the plan, only minilm,"),
        (("weather", "real", "tfidf", "o"), "models.tfidf: its kind is tfidf, expected finetune"),
        (("moods", "real", "minilm", "o"), "metrics/evaluate/moods.json: cannot be read"),
        (("weather", "real", "minilm", "data"), "data: is there already, expected a new folder"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(study, arguments, line):
    before = fake_study.snapshot(study, "")
    done = export(*arguments)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"synthgap: {line}")
    assert done.stderr.count("\n") == 1
    assert fake_study.snapshot(study, "") == before
