import pandas as pd
import pytest

from synthgap.sizes.subsets import nested_order


def table(**counts):
    rows = [(f"{label}-{i}", label) for label, n in counts.items() for i in range(n)]
    return pd.DataFrame(rows, columns=["id", "label"], index=range(100, 100 + len(rows)))


def test_the_order_has_each_row_once():
    training = table(ham=30, spam=4)
    ordered = nested_order(training, 1, "sms")
    assert sorted(ordered["id"]) == sorted(training["id"])


@pytest.mark.parametrize("n", [3, 10, 17, 50, 99])
def test_every_beginning_has_each_label_in_its_share(n):
    ordered = nested_order(table(a=70, b=20, c=10), 1, "t").head(n)
    found = ordered["label"].value_counts().to_dict()
    for label, share in {"a": 0.7, "b": 0.2, "c": 0.1}.items():
        assert found[label] == pytest.approx(n * share, abs=1.5)


def test_a_rare_label_is_in_the_smallest_beginning():
    assert set(nested_order(table(ham=500, spam=1), 1, "t").head(2)["label"]) == {"ham", "spam"}


def test_the_draw_depends_on_seed_and_task_and_not_on_the_order_of_other_labels_rows():
    training = table(a=20, b=20)
    first = nested_order(training, 1, "t")["id"].tolist()
    assert nested_order(training, 1, "t")["id"].tolist() == first
    assert nested_order(training, 2, "t")["id"].tolist() != first
    assert nested_order(training, 1, "u")["id"].tolist() != first
