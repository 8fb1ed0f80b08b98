import subprocess
import sys

import pytest

from eval import RunOptions, read_questions, run
from eval.errors import RunDamaged
from eval.readme_table import BEGIN, END, refresh
from tests.conftest import PROJECT
from tests.eval.conftest import FakeAssistant, course_documents


@pytest.fixture
def readme(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(f"# Before\n\n{BEGIN}\n{END}\n\nAfter.\n", encoding="utf-8")
    return path


@pytest.fixture
def runs(question_file, tmp_path):
    def make(name, model="first-sentence"):
        assistant = FakeAssistant(course_documents())
        assistant.model_name = model
        options = RunOptions(question_set=name, oracle_limit=0)
        folder = tmp_path / f"{name}-{model}".replace("|", "")
        run(assistant, read_questions(question_file), folder, options)
        return folder

    return make


def rows(readme):
    return [line for line in readme.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][2:]


def test_a_run_has_a_row_and_its_floor_another(readme, runs):
    refresh(readme, [runs("biology")])

    text = readme.read_text(encoding="utf-8")
    assert text.startswith(f"# Before\n\n{BEGIN}\n| question set | answered by | questions | right answers |")
    assert text.endswith(f"|\n{END}\n\nAfter.\n")
    own, floor = rows(readme)
    assert own.startswith(
        "| biology | first-sentence | 7 | 75 % (50 to 100 %) | +.50 (+.00 to +1.00) | 0 % (0 to 0 %) |"
    )
    assert floor.startswith("| biology | best sentence by keywords | 7 | 75 % (")
    assert floor.endswith("| – |")  # which takes no time


def test_rows_are_refreshed_in_their_place_and_others_stay(readme, runs):
    refresh(readme, [runs("biology"), runs("botany")])
    stale = readme.read_text(encoding="utf-8").replace(
        "| biology | first-sentence | 7 |", "| biology | first-sentence | 6 |"
    )
    readme.write_text(
        stale.replace("| botany | first-sentence | 7 |", "| botany | first-sentence | 6 |"), encoding="utf-8"
    )

    refresh(readme, [runs("biology")])

    assert [row.split(" | ")[:3] for row in rows(readme)] == [
        ["| biology", "first-sentence", "7"],
        ["| biology", "best sentence by keywords", "7"],
        ["| botany", "first-sentence", "6"],
        ["| botany", "best sentence by keywords", "7"],
    ]


def test_refreshing_twice_changes_nothing(readme, runs):
    folder = runs("biology", model="a|b <c>")
    refresh(readme, [folder])
    once = readme.read_bytes()

    refresh(readme, [folder])

    assert readme.read_bytes() == once
    assert rows(readme)[0].startswith("| biology | a/b ‹c> |")


def test_a_file_without_the_markers_is_left_alone(readme, runs):
    readme.write_text("# Nothing\n", encoding="utf-8")

    with pytest.raises(RunDamaged, match="has no place for the table"):
        refresh(readme, [runs("biology")])
    assert readme.read_text(encoding="utf-8") == "# Nothing\n"


def test_the_readme_has_the_place_and_the_module_runs(readme, runs, tmp_path):
    assert BEGIN in (PROJECT / "README.md").read_text(encoding="utf-8")

    def command(folder):
        arguments = [sys.executable, "-m", "eval.readme_table", str(readme), str(folder)]
        return subprocess.run(arguments, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert command(runs("biology")).returncode == 0
    assert len(rows(readme)) == 2
    missing = command(tmp_path / "none")
    assert missing.returncode == 1
    assert "holds no run" in missing.stderr
    assert "Traceback" not in missing.stderr
