import platform

from synthgap.tell.page import environment


def test_settings_are_dotted_keys_with_their_values_in_order():
    sections = {"study": {"tasks": ["a", "b"], "seeds": [1, 2]}, "llm": {"price": {"prompt": None}}}
    assert environment.settings(sections) == [
        ("study.tasks", "a, b"),
        ("study.seeds", "1, 2"),
        ("llm.price.prompt", "null"),
    ]


def test_versions_name_the_interpreter_and_installed_packages():
    found = dict(environment.versions())
    assert found["python"] == platform.python_version()
    assert found["jinja2"] != "not installed"
