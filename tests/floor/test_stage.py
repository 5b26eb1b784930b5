import os
import shutil
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import signal
from pathlib import Path
from synthgap.floor import stage
from synthgap.floor.errors import InputError

def main(out_file: Path, word: str) -> None:
    \"\"\"Write a word.\"\"\"
    if word == "bad":
        raise InputError("word: found 'bad', expected another")
    if word == "bug":
        raise ValueError("a defect")
    if word == "stop":
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.raise_signal(signal.SIGINT)
    out_file.write_text(word + " " + stage.__file__)

if __name__ == "__main__":
    stage.run(main)
"""


def run(folder, *arguments, script=SCRIPT):
    file = folder / "stages" / "say.py"
    file.parent.mkdir(exist_ok=True)
    file.write_text(script)
    return subprocess.run(
        [sys.executable, str(file), *arguments], capture_output=True, text=True, cwd=folder
    )


def test_the_signature_is_the_command_line_and_bad_input_is_one_line(tmp_path):
    done = run(tmp_path, "--out-file", "o.txt", "--word", "hello")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "o.txt").read_text().startswith("hello ")
    bad = run(tmp_path, "--out-file", "o.txt", "--word", "bad")
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr == "say: word: found 'bad', expected another\n"
    assert "Traceback" in run(tmp_path, "--out-file", "o", "--word", "bad", "--debug").stderr
    assert "Traceback" in run(tmp_path, "--out-file", "o", "--word", "bug").stderr
    stopped = run(tmp_path, "--out-file", "o", "--word", "stop")
    assert (stopped.returncode, stopped.stderr) == (1, "say: interrupted\n")
    wrong = run(tmp_path, "--out-file", "o.txt")
    assert wrong.returncode == 2
    assert "required: --word" in wrong.stderr


def test_at_its_end_no_cycles_are_looked_for_in_what_was_imported(tmp_path):
    script = SCRIPT.replace(
        "from pathlib",
        "import atexit, gc\n"
        "atexit.register(lambda: print(gc.get_freeze_count() > 1000, gc.get_threshold()[0]))\n"
        "from pathlib",
        1,
    )
    done = run(tmp_path, "--out-file", "o.txt", "--word", "hello", script=script)
    assert done.stdout == "True 100000\n"


def test_a_copy_of_the_repository_runs_its_own_package(tmp_path):
    package = Path(__file__).parents[2] / "src" / "synthgap"
    (tmp_path / "src" / "synthgap" / "floor").mkdir(parents=True)
    for name in ("__init__.py", "floor/__init__.py", "floor/errors.py", "floor/stage.py"):
        shutil.copy(package / name, tmp_path / "src" / "synthgap" / name)
    done = run(tmp_path, "--out-file", "o.txt", "--word", "hello")
    assert done.returncode == 0, done.stderr
    assert str(tmp_path.resolve()) + os.sep in (tmp_path / "o.txt").read_text()
