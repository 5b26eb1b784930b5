import pytest

from synthgap.floor.errors import InputError
from synthgap.tell import reruns


def stage(cmd="python stages/x.py", deps=(), params=None, outs=()):
    return {
        "cmd": cmd,
        "deps": [{"path": path, "hash": "md5", "md5": md5, "size": 1} for path, md5 in deps],
        "params": {"params.yaml": params or {}},
        "outs": [{"path": path, "hash": "md5", "md5": md5, "size": 1} for path, md5 in outs],
    }


def lock(**stages):
    return reruns.read_lock({"schema": "2.0", "stages": stages}, "dvc.lock")


def write(texts="t1", prompt="a"):
    return stage(params={"prompt": prompt}, outs=[("data/train/a.jsonl", texts)])


def train(texts="t1", fit="f1"):
    deps = [("data/train", texts), ("src/code.py", "c")]
    return stage(deps=deps, params={"seeds": [1]}, outs=[("fit.parquet", fit)])


def test_equal_lock_files_have_no_reruns():
    found = reruns.compare_locks(lock(train=train()), lock(train=train()))
    assert found == ([], [], [], 1, [])


def test_the_cause_is_what_no_stage_writes():
    old = lock(write=write(), train=train())
    new = lock(write=write("t2", prompt="b"), train=train("t2", "f2"))
    found = reruns.compare_locks(old, new)
    assert found.ran == [("write", ["prompt"], True), ("train", ["data/train"], True)]
    assert found.causes == ["prompt"], "not the folder that holds what `write` wrote"


def test_of_a_section_and_a_setting_in_it_the_setting_is_the_cause():
    old = lock(train=stage(params={"models.m": 1}), report=stage(params={"models": {"m": 1}}))
    new = lock(train=stage(params={"models.m": 2}), report=stage(params={"models": {"m": 2}}))
    found = reruns.compare_locks(old, new)
    assert [rerun.because for rerun in found.ran] == [["models.m"], ["models"]]
    assert found.causes == ["models.m"]


def test_a_run_with_the_same_results_is_told_apart():
    found = reruns.compare_locks(lock(write=write()), lock(write=write(prompt="b")))
    assert found.ran == [("write", ["prompt"], False)]


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        (stage(cmd="python stages/y.py"), "cmd"),
        (stage(deps=[("src/code.py", "c")]), "src/code.py"),
        (stage(params={"seeds": [1]}), "seeds"),
    ],
    ids=["command", "new dep", "new param"],
)
def test_commands_deps_and_params_are_reasons(changed, because):
    found = reruns.compare_locks(lock(x=stage()), lock(x=changed))
    assert (found.ran[0].because, found.causes) == ([because], [because])


def test_stages_that_came_or_left_are_named():
    found = reruns.compare_locks(lock(write=write()), lock(train=train()))
    assert (found.ran, found.came, found.left) == ([], ["train"], ["write"])


@pytest.mark.parametrize("content", [None, [1], {"stages": {"x": {"deps": [{}], "cmd": "y"}}}])
def test_what_is_no_lock_file_is_refused(content):
    with pytest.raises(InputError, match=r"^dvc\.lock"):
        reruns.read_lock(content, "dvc.lock")
