"""What the documents promise is there: commands, settings, the map of the files."""

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest
import typer

from corpus.course import CourseSettings
from corpus.loaders import LOADERS
from rag.settings import Settings
from ui.cli import app

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
_MAP = re.compile(r"^(?P<indent> *)(?P<name>[\w.-]+/?)(?: {2,}\S.*)?$", re.MULTILINE)


def _commands(command, path="coursecite"):
    for name, sub in getattr(command, "commands", {}).items():
        yield f"{path} {name}", sub
        yield from _commands(sub, f"{path} {name}")


COMMANDS = dict(_commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name):
    assert name in README


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_in_the_readme(name):
    options = [option for parameter in COMMANDS[name].params for option in parameter.opts if option.startswith("--")]

    assert [option for option in options if option not in README and option != "--help"] == []


def test_every_setting_is_in_the_readme():
    names = {f"COURSECITE_{field.name.upper()}" for field in fields(Settings)}

    assert [name for name in names if f"`{name}`" not in README] == []


@pytest.mark.parametrize("target", ["chat", "ask", "test", "eval"])
def test_every_make_target_of_the_readme_exists(target):
    assert f"make {target}" in README
    assert re.search(rf"^{target}:", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_map_shows_the_tree_as_it_is():
    """Each module stands in CONTRIBUTING's map, and nothing stands there that is not in the tree."""
    block = CONTRIBUTING.split("```text\n", 1)[1].split("```", 1)[0]
    mapped, path = set(), []
    for match in _MAP.finditer(block):
        depth = len(match["indent"]) // 2
        path[depth:] = [match["name"]]
        mapped.add("".join(path[: depth + 1]))
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "corpus", "rag", "ui", "eval"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    modules = {name for name in tracked if name.endswith(".py") and (PROJECT / name).exists()}

    unexplained = {name for name in modules if name not in mapped and not name.endswith("__init__.py")}
    assert unexplained == set()
    assert {name for name in mapped if not (PROJECT / name).exists()} == set()


def test_every_format_that_is_read_is_in_the_table():
    text = (PROJECT / "docs" / "course-files.md").read_text(encoding="utf-8")

    assert [suffix for suffix in LOADERS if suffix != ".jsonl" and f"`{suffix}`" not in text] == []
    assert "`corpus.jsonl`" in text


@pytest.mark.parametrize("setting", [field.name for field in fields(CourseSettings)])
def test_every_setting_of_a_course_is_in_the_readme(setting):
    assert f"{setting} = " in README


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/api.md",
        "docs/course-files.md",
        "docs/instructors.md",
        "docs/operations.md",
        "SECURITY.md",
    ],
)
def test_links_within_the_project_lead_somewhere(document):
    text = (PROJECT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)

    folder = (PROJECT / document).parent
    assert [target for target in targets if not (folder / target).exists()] == []
