"""What must run again after a change, and what must not: DVC itself decides, on the real stages."""

import json
import shutil

import pytest
from ruamel.yaml import YAML

from tests.pipeline.conftest import ran

TASKS = ("sms_spam", "humor")
SOURCES = ("real", "zero_shot", "few_shot")
LAST = {"summarize", "report"}


def downstream(*tasks):
    """Return the stages that follow `train` of these tasks."""
    return {f"{stage}@{task}" for stage in ("evaluate", "subjectivity") for task in tasks} | LAST


def embedded(*tasks):
    """Return the stages that look at the texts of these tasks themselves."""
    return {f"{stage}@{task}" for stage in ("embed", "diversity") for task in tasks}


def trained(tasks=TASKS, sources=SOURCES, models=("words",)):
    return {f"train@{t}-{s}-{m}" for t in tasks for s in sources for m in models}


def test_the_first_run_runs_every_stage_of_the_plan_and_the_second_none(studied):
    fetched = {
        f"{stage}@{task}"
        for stage in ("fetch_real", "generate_zero_shot", "generate_few_shot")
        for task in TASKS
    }
    expected = {"choose_source", "plan_sources", "rank_tasks"} | fetched | trained()
    assert studied.first_run == expected | downstream(*TASKS) | embedded(*TASKS)
    assert studied.repro() == set()
    assert json.loads((studied.folder / "data/source.json").read_text())["source"] == "sample"


def test_a_prompt_that_the_backend_does_not_use_stops_at_its_generation(repository):
    repository.set("tasks.humor.prompt.zero_shot", "A {{ length }} {{ label }}: {{ description }}")
    assert repository.repro() == {"generate_zero_shot@humor"}


def test_a_prompt_that_the_backend_uses_reruns_that_source_of_that_task(reworded):
    written = {"generate_zero_shot@humor"} | trained(["humor"], ["zero_shot"])
    assert reworded.ran == written | downstream("humor") | embedded("humor")
    assert reworded.asked == 2 * 10, "ten texts for each of two labels"
    assert reworded.ran_again == set()


def test_other_texts_for_one_label_rerun_that_source_of_that_task_only(repository):
    corpus = repository.folder / "data/corpora/zero_shot/humor.jsonl"
    lines = corpus.read_text(encoding="utf-8").splitlines()
    lines[0] = json.dumps({"label": "humor", "text": "My umbrella took a gap year in the hall."})
    corpus.write_text("\n".join(lines) + "\n", encoding="utf-8")
    # The other task's generation looks at the folder of corpora too, and stops there.
    generated = {"generate_zero_shot@humor", "generate_zero_shot@sms_spam"}
    expected = generated | trained(["humor"], ["zero_shot"]) | downstream("humor")
    assert repository.repro() == expected | embedded("humor")


def test_a_models_settings_rerun_that_models_cells_and_no_generation(repository):
    repository.set("study.tasks", ["humor"])
    repository.set("study.models", ["words", "pairs"])
    fits, after = trained(["humor"], models=["pairs"]), downstream("humor")
    assert repository.repro() == fits | after | {"rank_tasks"}
    repository.set("models.pairs.inverse_penalty", 1e-4)
    assert repository.repro() == fits | after
    repository.set("models.pairs.inverse_penalty", 10.0)
    repository.set("study.models", ["pairs"])
    assert repository.repro() == after, "the run cache has the first fits"
    summary = (repository.folder / "metrics/summary.json").read_text(encoding="utf-8")
    assert "pairs" in summary
    assert "words" not in summary, "what left the plan leaves no number"


def test_more_seeds_train_again_and_generate_nothing_and_leave_without_a_trace(repository):
    before = (repository.folder / "metrics/summary.json").read_bytes()
    repository.set("study.seeds", [1, 2])
    assert repository.repro() == trained() | downstream(*TASKS)
    assert (repository.folder / "metrics/summary.json").read_bytes() != before
    repository.set("study.seeds", [1])
    assert repository.repro() == downstream(*TASKS), "the run cache has the first fits"
    assert (repository.folder / "metrics/summary.json").read_bytes() == before


def test_another_test_set_trains_again_and_generates_nothing(repository):
    repository.set("study.tasks", ["humor"])
    repository.set("fetch.test_rows", 30)
    expected = {"fetch_real@humor", "rank_tasks"} | trained(["humor"]) | downstream("humor")
    assert repository.repro() == expected | embedded("humor")


def test_what_leaves_the_plan_leaves_no_number(repository):
    told = [repository.folder / name for name in ("metrics/summary.json", "plots/scores.csv")]
    for gone in ("sms_spam", "zero_shot"):
        assert all(gone in file.read_text(encoding="utf-8") for file in told)
    repository.set("study.tasks", ["humor"])
    repository.set("study.sources", ["real", "few_shot"])
    early = {name for name in repository.repro() if name.startswith(("train", "generate", "fetch"))}
    assert early == {"generate_zero_shot@humor"}, "its texts go, and nothing else is written"
    for gone in ("sms_spam", "zero_shot"):
        assert not any(gone in file.read_text(encoding="utf-8") for file in told)


def test_the_same_params_give_the_same_bytes_side_by_side_too(studied, repository):
    lock = repository.folder / "dvc.lock"
    content = YAML().load(lock)
    forgotten = LAST | {stage for stage in studied.first_run if "@humor" in stage}
    for stage in forgotten:
        del content["stages"][stage]
    YAML().dump(content, lock)
    shutil.rmtree(repository.folder / ".dvc/cache/runs")
    assert repository.lanes() == forgotten
    assert repository.repro() == set()
    before = YAML(typ="safe").load(studied.folder / "dvc.lock")
    assert YAML(typ="safe").load(lock) == before
    for folder in ("metrics", "plots"):
        files = [f for f in sorted((studied.folder / folder).rglob("*")) if f.is_file()]
        assert files
        for file in files:
            written = repository.folder / file.relative_to(studied.folder)
            assert written.read_bytes() == file.read_bytes(), file


@pytest.mark.parametrize("where", [[], ["--temp"]])
def test_an_experiment_narrows_the_plan(repository, where):
    settings = ("study.tasks=[humor]", "evaluate.resamples=150")
    printed = repository.run(
        "dvc", "exp", "run", *where, *(word for each in settings for word in ("-S", each))
    )
    assert ran(printed) == {"rank_tasks", "evaluate@humor"} | LAST


def test_a_queued_experiment_runs_the_code_that_it_recorded(repository):
    module = repository.folder / "src/synthgap/tell/words.py"
    now = module.read_text(encoding="utf-8")
    module.write_text("raise SystemExit('the recorded code ran')\n", encoding="utf-8")
    repository.run("dvc", "exp", "run", "--queue", "-S", "study.tasks=[humor]")
    module.write_text(now, encoding="utf-8")
    printed = repository.run("dvc", "exp", "run", "--run-all")
    assert "Failed to reproduce experiment" in printed, "DVC's exit status does not say so"
    assert "the recorded code ran" in printed
    assert repository.repro() == set()
