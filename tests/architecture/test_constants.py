"""A number that means something has a name, a unit and a source: none stands bare in what decides a run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "sim"
#: What decides what happens; world is held number by number against tests/reference/world.py, readers and pages assume nothing.
PACKAGES = ("kernel", "engine", "rules", "incidents", "operators", "campaigns", "strategies")
#: Numbers that need no name: none, one, the other way round, double or square.
PLAIN = {0, 1, -1, 2}
#: Half of something; only where it is multiplied, divided, added or taken away, never as a threshold or a setting.
HALF = 0.5
#: Calls whose numbers are bounds of a setting, which stand beside its unit and source.
BOUNDS = {"number", "parameter", "Field"}
#: (file, what stands there) -> why it may.
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("kernel/advance.py", "state.messages_at // 8"): "bytes of a word",
    ("kernel/replay.py", "messages_at"): "bytes of a word",
    ("kernel/replay.py", "digest_size=16"): "bytes of a digest",
}


def is_name_of_constant(target: ast.expr) -> bool:
    """Whether an assignment is to names in capitals."""
    names = [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
    return bool(names) and all(name == name.upper() for name in names)


def named(tree: ast.Module) -> set[ast.AST]:
    """Everything below a constant in capitals, the default of a setting, and the bounds of one."""
    inside: set[ast.AST] = set()
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        is_bound = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BOUNDS
        if is_bound or (targets and all(map(is_name_of_constant, targets))):
            inside |= set(ast.walk(node))
        elif isinstance(node, ast.ClassDef):  # a setting: its annotation has unit and source
            settings = [
                one for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.annotation, ast.Subscript)
            ]
            inside |= {below for one in settings for below in ast.walk(one)}
    return inside


def bare_numbers(text: str) -> list[tuple[int, float]]:
    """(line, number) of every number that needs a name and has none."""
    tree = ast.parse(text)
    fine = named(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp):
            fine |= {side for side in (node.left, node.right) if isinstance(side, ast.Constant) and side.value == HALF}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value not in PLAIN and node not in fine
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_number_stands_bare(package):
    found = []
    for path in sorted((ROOT / package).rglob("*.py")):
        text, name = path.read_text("utf-8"), str(path.relative_to(ROOT))
        for line, value in bare_numbers(text):
            words = text.splitlines()[line - 1].strip()
            if not any(name == file and part in words for file, part in EXCEPTIONS):
                found.append(f"sim/{name}:{line}: {value:g}   {words}")
    assert not found, "\n".join(["a number needs a name with unit and source:", *found])


def test_exceptions_are_still_needed():
    for (file, part), reason in EXCEPTIONS.items():
        lines = (ROOT / file).read_text("utf-8").splitlines()
        bare = {line for line, _ in bare_numbers("\n".join(lines))}
        assert reason and any(part in lines[line - 1] for line in bare), (file, part)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RATE = 0.3", []),
        ("LOW, HIGH = -0.3, 1.0", []),
        ("def f(x):\n    return 0.5 * x - 2 * x + 1", []),
        ("def f(x):\n    return 0.3 * x", [0.3]),
        ("def f(x):\n    return x < 0.5", [0.5]),
        ("def f(x, days=14.0):\n    return x", [14.0]),
        ("rate = 0.3", [0.3]),
        ("class A:\n    rate: Annotated[float, number('share', 0, 5, 'paper')] = 0.3", []),
        ("class A:\n    rate: float = 0.3", [0.3]),
        ("def f(x):\n    return g(x, 7)", [7]),
    ],
)
def test_the_rule_itself(text, found):
    assert [value for _, value in bare_numbers(text)] == found
