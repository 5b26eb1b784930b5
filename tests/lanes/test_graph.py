from synthgap.lanes import graph

DOT = """strict digraph {
"fetch@a";
"train@a-real";
"report";
"data/own/a.jsonl.dvc";
"fetch@b";
"fetch@a" -> "train@a-real";
"data/own/a.jsonl.dvc" -> "fetch@a";
"fetch@b" -> "report";
"train@a-real" -> "report";
}
"""

READ = {
    "fetch@a": {"data/own/a.jsonl.dvc"},
    "train@a-real": {"fetch@a"},
    "report": {"fetch@b", "train@a-real"},
    "data/own/a.jsonl.dvc": set(),
    "fetch@b": set(),
}


def test_every_stage_of_a_dot_file_is_read_with_what_it_waits_for():
    assert graph.read(DOT.splitlines()) == READ


def test_what_follows_from_a_change_waits_for_nothing_that_is_up_to_date():
    assert graph.following(["fetch@a"], READ) == {
        "fetch@a": set(),
        "train@a-real": {"fetch@a"},
        "report": {"train@a-real"},
    }


def test_a_stage_at_the_end_brings_no_other_with_it():
    assert graph.following(["report"], READ) == {"report": set()}
