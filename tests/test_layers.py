"""corpus ← rag ← ui | eval, and no other arrow; read off the imports themselves."""

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
ALLOWED = {
    "corpus": {"corpus"},
    "rag": {"corpus", "rag"},
    "ui": {"corpus", "rag", "ui"},
    "eval": {"corpus", "rag", "eval"},
}
COMPOSITION_ROOT = {"ui/cli.py", "ui/eval_commands.py", "ui/errors.py"}
MODULES = sorted(
    path.relative_to(PROJECT).as_posix() for folder in ALLOWED for path in (PROJECT / folder).rglob("*.py")
)


def _imports(module):
    for node in ast.walk(ast.parse((PROJECT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            yield node.module


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_only_down(module):
    folder = module.split("/")[0]
    ours = {name for name in _imports(module) if name.split(".")[0] in ALLOWED}
    allowed = ALLOWED[folder] | ({"eval"} if module in COMPOSITION_ROOT else set())

    assert {name.split(".")[0] for name in ours} <= allowed


def test_no_module_imports_itself_through_others():
    graph = {module.removesuffix("/__init__.py").removesuffix(".py").replace("/", "."): module for module in MODULES}
    edges = {name: _imported_modules(module, graph) - {name} for name, module in graph.items()}
    done, on_path = set(), []

    def visit(name):
        assert name not in on_path, " → ".join([*on_path, name])
        if name in done:
            return
        on_path.append(name)
        for target in edges[name]:
            visit(target)
        on_path.pop()
        done.add(name)

    for name in graph:
        visit(name)


def _imported_modules(module, graph):
    """The modules of ours that importing `module` runs: not what its functions import, nor its own package."""
    targets = set()
    for node in ast.parse((PROJECT / module).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            targets.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            submodules = {f"{node.module}.{alias.name}" for alias in node.names} & graph.keys()
            targets |= submodules or {node.module}
    return targets & graph.keys()


@pytest.mark.parametrize("package", ["corpus", "rag"])
def test_all_names_are_there_and_sorted(package):
    module = __import__(package)

    assert all(hasattr(module, name) for name in module.__all__)
    assert len(set(module.__all__)) == len(module.__all__)


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith("rag/tuning/")])
def test_tuning_is_not_imported_at_run_time(module):
    assert [name for name in _imports(module) if name.startswith("rag.tuning")] == []
