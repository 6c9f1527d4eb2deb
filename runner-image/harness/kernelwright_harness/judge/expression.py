"""Which Python expressions are formulas. A check of the syntax tree, made before anything is evaluated."""

import ast
import math
import types
from collections.abc import Iterator

import torch

# Where functions may come from. Everything else below `torch` (load, hub, ops, utils, os …) can reach files or the interpreter.
_MODULES: dict[str, types.ModuleType] = {
    "torch": torch,
    "torch.nn": torch.nn,
    "torch.nn.functional": torch.nn.functional,
    "torch.special": torch.special,
    "torch.linalg": torch.linalg,
    "torch.fft": torch.fft,
    "math": math,
}
_REFUSED = {"load", "save", "from_file", "compile", "jit", "hub", "ops", "package", "set_default_device", "set_num_threads", "format", "format_map", "numpy", "apply_", "map_", "map2_", "register_hook", "share_memory_", "untyped_storage", "storage", "data_ptr", "set_", "resize_", "tofile", "tolist"}
_REFUSED_PREFIXES = ("_", "set_", "use_", "import_", "from_", "load_", "save_", "get_", "register_", "manual_", "init_")
_NODES = (
    ast.Expression, ast.Call, ast.keyword, ast.Attribute, ast.Name, ast.NamedExpr, ast.Load, ast.Store, ast.Constant, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare,
    ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.IfExp, ast.Subscript, ast.Slice, ast.Tuple, ast.List, ast.Lambda, ast.arguments, ast.arg,
    ast.GeneratorExp, ast.ListComp, ast.comprehension, ast.Starred,
)  # fmt: skip


def problems_of(tree: ast.Expression, arguments: set[str]) -> Iterator[str]:
    """What keeps the expression from being a formula, each as the end of a sentence that begins with what it is."""
    names = arguments | _bound_names(tree)
    # A module may stand only at the head of a path that ends at something in it: whoever could pass it on could reach all of it.
    heads = {id(head) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and (head := _head(node)) is not None}
    for node in ast.walk(tree):
        if not isinstance(node, _NODES):
            yield f"uses {type(node).__name__}, which formulas do not need"
        elif isinstance(node, ast.Name):
            if node.id not in names:
                yield f"uses {node.id}, which is neither an argument nor torch or math"
            elif node.id in ("torch", "math") and (id(node) not in heads or isinstance(node.ctx, ast.Store)):
                yield f"uses {node.id} by itself; name a function of it"
        elif isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)) and len(node.value) > 100:
            yield "holds a long text, which formulas do not need"
        elif isinstance(node, ast.Attribute) and (node.attr in _REFUSED or node.attr.startswith(_REFUSED_PREFIXES)):
            yield f"uses {node.attr}, which is not allowed in a reference"
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in inner and (head := _head(node)) is not None and head.id in ("torch", "math"):
            yield from _path_problems(_dotted(node))


def _path_problems(path: list[str]) -> Iterator[str]:
    """Of a whole path from `torch` or `math` on."""
    for length in range(1, len(path)):
        module, so_far = _MODULES.get(".".join(path[:length])), ".".join(path[: length + 1])
        if module is None:
            return  # an attribute of a function, a class or a constant
        if not hasattr(module, path[length]):
            yield f"uses {so_far}, which does not exist"
        elif isinstance(getattr(module, path[length]), types.ModuleType) and (so_far not in _MODULES or length == len(path) - 1):
            yield f"uses the module {so_far}, which is not allowed in a reference"


def _head(node: ast.Attribute) -> ast.Name | None:
    """The name with which a path such as `torch.nn.functional.gelu` begins; None for an attribute of anything else."""
    value: ast.expr = node
    while isinstance(value, ast.Attribute):
        value = value.value
    return value if isinstance(value, ast.Name) else None


def _dotted(node: ast.Attribute) -> list[str]:
    """The parts of a path that begins with a name."""
    value: ast.expr = node
    parts: list[str] = []
    while isinstance(value, ast.Attribute):
        parts.insert(0, value.attr)
        value = value.value
    return [value.id, *parts] if isinstance(value, ast.Name) else parts


def _bound_names(tree: ast.AST) -> set[str]:
    """Names that the expression itself binds, in comprehensions and lambdas."""
    targets = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return targets | {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
