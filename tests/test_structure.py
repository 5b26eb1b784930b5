"""What DVC cannot notice itself: a stage's imports and the params that it reads."""

import ast
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
PIPELINE = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
STAGES = {name: stage.get("do", stage) for name, stage in PIPELINE["stages"].items()}
SOURCES = sorted([*ROOT.glob("src/**/*.py"), *ROOT.glob("stages/*.py")])


@cache
def parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def module_file(name: str) -> Path | None:
    base = ROOT / "src" / Path(*name.split("."))
    for file in (base.with_suffix(".py"), base / "__init__.py"):
        if file.is_file():
            return file
    return None


def imported(file: Path) -> set[Path]:
    """Return the package's modules that a file imports, anywhere in it."""
    names = []
    for node in ast.walk(parse(file)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
            names.append(node.module)
    ours = [name for name in names if name.split(".")[0] == "synthgap"]
    return {found for name in ours if (found := module_file(name)) and found.stem != "__init__"}


def reached(script: Path) -> set[str]:
    seen, ahead = set(), {script}
    while ahead:
        file = ahead.pop()
        seen.add(file)
        ahead |= imported(file) - seen
    return {file.relative_to(ROOT).as_posix() for file in seen}


def params_read(script: Path) -> set[str]:
    keys = set()
    for node in ast.walk(parse(script)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "params.read":
            key = ast.unparse(node.args[0]).removeprefix("f").strip("'\"")
            keys.add(key.replace("{", "${item."))
    return keys


def is_code(dep: str) -> bool:
    return dep.startswith(("src/", "stages/"))


def covers(dep: str, file: str) -> bool:
    """Tell whether a dep, a module or a package's folder, holds a module."""
    return file == dep or file.startswith(f"{dep}/")


@pytest.mark.parametrize("name", STAGES)
def test_deps_are_the_script_and_all_modules_that_it_imports_alone_or_in_their_package(name):
    needed = reached(ROOT / "stages" / f"{name}.py")
    declared = {dep for dep in STAGES[name]["deps"] if is_code(dep)}
    assert all((ROOT / dep).exists() for dep in declared)
    assert {file for file in needed if not any(covers(dep, file) for dep in declared)} == set()
    assert {dep for dep in declared if not any(covers(dep, file) for file in needed)} == set()
    assert "src/synthgap" not in declared


@pytest.mark.parametrize("name", STAGES)
def test_params_are_exactly_the_keys_that_the_script_reads(name):
    declared = {key.replace("${key}", "${item.key}") for key in STAGES[name].get("params", [])}
    assert declared == params_read(ROOT / "stages" / f"{name}.py")


@pytest.mark.parametrize("name", STAGES)
def test_arguments_are_those_of_the_scripts_main(name):
    script = ROOT / "stages" / f"{name}.py"
    (main,) = [n for n in parse(script).body if isinstance(n, ast.FunctionDef)]
    words = STAGES[name]["cmd"].split()
    flags = [word[2:].replace("-", "_") for word in words if word.startswith("--")]
    assert words[:2] == ["python", f"stages/{name}.py"]
    assert flags == [argument.arg for argument in main.args.args]


@pytest.mark.parametrize("name", STAGES)
def test_every_path_of_the_command_is_a_dep_or_an_out(name):
    words = [word.strip("'") for word in STAGES[name]["cmd"].split()]
    named = [word for flag, word in pairwise(words) if flag.startswith("--")]
    paths = {word for word in named if "/" in word or word == "${item.path}"}
    deps = {dep for dep in STAGES[name]["deps"] if not is_code(dep)}
    written = [*STAGES[name].get("outs", []), *STAGES[name].get("plots", [])]
    outs = {next(iter(out)) if isinstance(out, dict) else out for out in written}
    outs |= {next(iter(out)) for out in STAGES[name].get("metrics", [])}
    assert paths == deps | outs


def test_every_script_is_a_stage():
    assert {f"{name}.py" for name in STAGES} == {f.name for f in ROOT.glob("stages/*.py")}


def test_package_files_hold_no_code_so_that_no_stage_depends_on_them():
    for file in ROOT.glob("src/**/__init__.py"):
        assert [type(node) for node in parse(file).body] == [ast.Expr], file


def test_no_function_is_over_40_lines_and_no_module_over_250():
    long = []
    for file in SOURCES:
        lines = file.read_text(encoding="utf-8").count("\n")
        long += [f"{file}: {lines} lines"] * (lines > 250)
        for node in ast.walk(parse(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                length = (node.end_lineno - body[0].lineno + 1) if body else 0
                long += [f"{file}:{node.lineno} {node.name}: {length} lines"] * (length > 40)
    assert long == []


def test_measures_and_generation_meet_only_in_tables():
    for package, strangers in {
        "measure": {"generate", "classify", "fetch", "tell", "judge"},
        "generate": {"classify", "measure", "fetch", "tell", "judge"},
        "classify": {"generate", "measure", "fetch", "tell", "judge"},
        "fetch": {"generate", "classify", "measure", "tell", "judge"},
        "judge": {"classify", "fetch", "tell"},
    }.items():
        for file in (ROOT / "src/synthgap" / package).glob("*.py"):
            assert not {other.parent.name for other in imported(file)} & strangers, file
