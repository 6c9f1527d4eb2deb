"""Imports of this package in a target's file. What is delivered runs where Kernelwright is not installed: such a file works here and nowhere else."""

import ast

from kernelwright_harness import __name__ as own_name

_DYNAMIC = ("import_module", "__import__")


def own_import(text: str | bytes) -> int | None:
    """The line of the first such import. None where there is none; and where the text is no Python, which importing it tells better.

    It saves an honest author from a file that breaks later; code that hides what it imports is no matter of this function's.
    """
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return min((node.lineno for node in nodes if isinstance(node, ast.Import | ast.ImportFrom | ast.Call) and any(map(_is_own, _imported(node)))), default=None)


def _imported(node: ast.Import | ast.ImportFrom | ast.Call) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), level=0):
            return [module]
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=[ast.Constant(value=str(name)), *_]) if called in _DYNAMIC:
            return [name]
        case _:
            return []


def _is_own(module: str) -> bool:
    return module.partition(".")[0] == own_name
