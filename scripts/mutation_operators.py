"""Which small faults are put into a module: a choice of cosmic-ray's operators, and a few own.

A fault is one a person could make and a test should see: a boundary, a sign, a wrong end of a
sort, a join or a filter forgotten. Type hints and what parses to the same tree are left out.
"""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Node = Any  # of parso's tree, which has no types
COSMIC = (
    *(
        f"core/ReplaceBinaryOperator_{each}"
        for each in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "BitOr_BitAnd", "BitAnd_BitOr")
    ),
    *(f"core/ReplaceBinaryOperator_{each}" for each in ("FloorDiv_Mul", "Mod_Mul")),
    *(
        f"core/ReplaceComparisonOperator_{each}"
        for each in ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Eq_NotEq", "NotEq_Eq")
    ),
    *(f"core/ReplaceComparisonOperator_{each}" for each in ("Is_IsNot", "IsNot_Is")),
    *(f"core/ReplaceUnaryOperator_Delete_{each}" for each in ("USub", "Invert", "Not")),
    "core/AddNot",
    "core/ReplaceTrueWithFalse",
    "core/ReplaceFalseWithTrue",
    "core/ReplaceAndWithOr",
    "core/ReplaceOrWithAnd",
    "core/ReplaceBreakWithContinue",
    "core/ReplaceContinueWithBreak",
    "core/NumberReplacer",
)
TWINS = (
    *(("min", "max"), ("first", "last"), ("any", "all"), ("head", "tail")),
    *(("min_horizontal", "max_horizontal"), ("is_null", "is_not_null")),
    *(("bisect_left", "bisect_right"), ("is_first_distinct", "is_last_distinct")),
)
TWIN = dict((*TWINS, *((after, before) for before, after in TWINS)))
OTHER_CHOICE = {
    "how": (("left", "inner"), ("semi", "anti")),
    "keep": (("first", "last"),),
    "ambiguous": (("earliest", "latest"),),
    "strategy": (("forward", "backward"),),
}
DROPPED = ("filter", "unique", "sort", "drop_nulls", "fill_null", "remove", "clip", "abs", "not_")


@dataclass(frozen=True)
class Mutant:
    """One fault in one module: where it is, and the text of the module that has it."""

    operator: str
    line: int
    change: str  # "- was / + is", which names the mutant whatever line it moves to
    source: str


class SwapTwin:
    """Swap a method for its twin: min and max, first and last."""

    name = "own/SwapTwin"

    def mutation_positions(self, node: Node) -> Iterator[tuple[Any, Any]]:
        """Yield where a method or a function with a twin is called."""
        if node.type == "name" and node.value in TWIN and _is_called(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Node, _index: int) -> Node:
        """Return the node with its twin's name."""
        node.value = TWIN[node.value]
        return node


class SwapChoice:
    """Swap the word of a keyword argument: how="left" for how="inner"."""

    name = "own/SwapChoice"

    def mutation_positions(self, node: Node) -> Iterator[tuple[Any, Any]]:
        """Yield where a keyword argument has a word with another choice."""
        if self._other(node) is not None:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Node, _index: int) -> Node:
        """Return the argument with the other word."""
        node.children[2].value = self._other(node)
        return node

    @staticmethod
    def _other(node: Node) -> str | None:
        if node.type != "argument" or len(node.children) != 3:  # noqa: PLR2004 - name, =, value
            return None
        name, _, value = node.children
        for pair in OTHER_CHOICE.get(getattr(name, "value", ""), ()):
            words = [f'"{each}"' for each in pair]
            if getattr(value, "value", None) in words:
                return words[1 - words.index(value.value)]
        return None


class DropCall:
    """Leave out one call of a chain: a filter, a sort, a unique."""

    name = "own/DropCall"

    def mutation_positions(self, node: Node) -> Iterator[tuple[Any, Any]]:
        """Yield one place for each call of the chain that may be dropped."""
        parts = list(node.children) if self._calls(node) else []  # `mutate` shortens the chain
        for index in self._calls(node):
            yield parts[index].start_pos, parts[index + 1].end_pos

    def mutate(self, node: Node, index: int) -> Node:
        """Return the chain without the call."""
        at = self._calls(node)[index]
        del node.children[at : at + 2]
        return node

    @staticmethod
    def _calls(node: Node) -> list[int]:
        if node.type not in {"atom_expr", "power"}:
            return []
        parts = [each.get_code().strip() for each in node.children]
        return [
            index
            for index, (part, following) in enumerate(pairwise(parts))
            if index and part.removeprefix(".") in DROPPED and following.startswith("(")
        ]


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module's source, by operator and then from top to bottom."""
    mutating = importlib.import_module("cosmic_ray.mutating")
    plugins = importlib.import_module("cosmic_ray.plugins")
    trees = importlib.import_module("cosmic_ray.ast")
    operators = [(name, plugins.get_operator(name)()) for name in COSMIC]
    operators += [(each.name, each()) for each in (SwapTwin, SwapChoice, DropCall)]
    original = ast.parse(source)
    hints, same, made = _hints(original), ast.dump(original), set()
    nodes = list(trees.ast_nodes(trees.get_ast(source)))
    for name, operator in operators:
        places = [place for node in nodes for place in operator.mutation_positions(node)]
        for occurrence, (start, _) in enumerate(places):
            if any(first <= start < last for first, last in hints):
                continue
            mutated = mutating.mutate_code(source, operator, occurrence)
            dumped = _dump(mutated)
            if dumped is None or dumped == same or dumped in made:
                continue
            made.add(dumped)
            yield Mutant(name, start[0], _change(source, mutated), mutated)


def _is_called(node: Node) -> bool:
    """Tell `.min()` and `min()` from a column or an argument of that name."""
    if node.parent.type == "trailer" and node.parent.children[0].value == ".":
        return True
    following = node.get_next_sibling()
    return following is not None and following.get_code().startswith("(")


def _dump(source: str) -> str | None:
    """Return the tree of a source as text; None when it is no Python."""
    try:
        return ast.dump(ast.parse(source))
    except SyntaxError:
        return None


def _hints(tree: ast.Module) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return from where to where type hints stand, as line and column."""
    hints: list[ast.expr | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            hints.append(node.annotation)
        elif isinstance(node, ast.FunctionDef):
            hints.append(node.returns)
    return [
        ((each.lineno, each.col_offset), (each.end_lineno or 0, each.end_col_offset or 0))
        for each in hints
        if each is not None
    ]


def _change(before: str, after: str) -> str:
    """Return the lines that differ, without what both begin and end with."""
    was, now = before.splitlines(), after.splitlines()
    while was and now and was[0] == now[0]:
        was, now = was[1:], now[1:]
    while was and now and was[-1] == now[-1]:
        was, now = was[:-1], now[:-1]
    gone, come = (" ".join(" ".join(each).split()) for each in (was, now))
    return f"- {gone} + {come}"
