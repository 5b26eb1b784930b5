from pathlib import Path

import pytest

from synthgap.fetch import sides
from synthgap.fetch.settings import Dataset, Fetch
from synthgap.floor import params
from synthgap.floor.plan import Labels

PARAMS = Path(__file__).parents[2] / "params.yaml"


@pytest.mark.parametrize("task", params.load(PARAMS)["tasks"])
def test_every_task_of_the_study_says_how_its_texts_are_fetched(task):
    labels = params.read(f"tasks.{task}.labels", Labels, PARAMS)
    dataset = params.read(f"tasks.{task}.dataset", Dataset, PARAMS)
    settings = params.read("fetch", Fetch, PARAMS)
    sides.check(sides.Task(task, labels, dataset, settings))
