"""KernelBench's convention (https://github.com/ScalingIntelligence/KernelBench): a file with a class `Model` derived from a module, and
functions `get_inputs()` and `get_init_inputs()` that give what it is called and constructed with."""

import ast

MODEL = "Model"
UNPARSED = "Python that can be parsed"
_FUNCTIONS = ("get_inputs", "get_init_inputs")


def missing_parts(text: str) -> list[str]:
    """What a file that holds `text` lacks to follow the convention, in words; nothing where it does. Text that is no Python lacks all.

    Raises nothing of the parser's but RecursionError and MemoryError.
    """
    try:
        body = ast.parse(text.removeprefix("\ufeff")).body  # a byte order mark is none of Python, whose files may begin with one
    except (SyntaxError, ValueError):
        return [UNPARSED]
    model = next((s for s in body if isinstance(s, ast.ClassDef) and s.name == MODEL), None)
    missing = [] if model is not None else [f"a class {MODEL}"]
    if model is not None and not any(_last_name(base).endswith("Module") for base in model.bases):
        missing.append(f"torch.nn.Module as the base of {MODEL}")
    functions = {s.name: s for s in body if isinstance(s, ast.FunctionDef)}
    for name in _FUNCTIONS:
        if name not in functions:
            missing.append(f"a function {name}()")
        elif _needs_arguments(functions[name].args):
            missing.append(f"a function {name}() that needs no arguments")
    return missing


def _last_name(base: ast.expr) -> str:
    """`Module` of `torch.nn.Module`."""
    return base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""


def _needs_arguments(arguments: ast.arguments) -> bool:
    positional = len(arguments.posonlyargs) + len(arguments.args)
    return positional > len(arguments.defaults) or any(default is None for default in arguments.kw_defaults)
