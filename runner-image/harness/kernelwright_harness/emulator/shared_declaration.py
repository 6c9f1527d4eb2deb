"""Turns one `__shared__` declaration into C++ that the emulator can guard, size and fill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .tokens import Kind, Token
from .unsupported import Unsupported

_DROPPED = frozenset({"__shared__", "static", "extern"})
_ALIGNMENTS = frozenset({"alignas", "__align__", "__attribute__", "__builtin_align__"})
_TYPE_CALLS = frozenset({"decltype", "typeof", "__typeof__"})
_TYPE_KEYWORDS = frozenset({"struct", "union", "class"})
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    dimensions: str


def rewrite_shared(tokens: Sequence[Token], serial: int) -> str:
    """The C++ for the declaration `tokens` (without its `;`), on one line; `serial` makes its helper names unique.

    Raises `Unsupported` for initialisers and for declarators that are not `name[…]…`.
    """
    line = tokens[0].line
    dynamic = any(token.text == "extern" for token in tokens)
    kept = [token for token in tokens if token.text not in _DROPPED]
    specifiers, variables = _declaration(_without_alignment(kept) if dynamic else kept, line)
    if dynamic:
        return " ".join(_dynamic(specifiers, variable, line) for variable in variables)
    return _static(specifiers, variables, serial)


def _dynamic(specifiers: str, variable: _Variable, line: int) -> str:
    if variable.dimensions.replace(" ", "")[:2] != "[]":
        raise Unsupported(line, f"`extern __shared__ {variable.name}` must be an array without a size, `{variable.name}[]`")
    pointer = f"{specifiers} (*){variable.dimensions}"
    return (
        f"[[maybe_unused]] static {specifiers} (&{variable.name}){variable.dimensions} = "
        f"*reinterpret_cast<{pointer}>(::kernelwright::dynamic_memory.data);"
    )


def _static(specifiers: str, variables: Sequence[_Variable], serial: int) -> str:
    holder = f"kernelwright_shared_{serial}"
    members = ["::kernelwright::Guard kernelwright_guard_0;"]
    uses: list[str] = []
    for i, variable in enumerate(variables):
        member = f"{holder}.{variable.name}"
        uses.append(
            f"[[maybe_unused]] static auto& {variable.name} = {member}; "
            f'static_assert(sizeof({member}) <= ::kernelwright::kMaxStaticShared, "more than 48 KiB of static shared memory"); '
            f"[[maybe_unused]] const ::kernelwright::EnterShared kernelwright_enter_{serial}_{i}("
            f"{holder}_state_{i}, {holder}.kernelwright_guard_{i}, "
            f"const_cast<void*>(static_cast<const volatile void*>(&{member})), sizeof({member}), "
            f"{holder}.kernelwright_guard_{i + 1});"
        )
        members.append(f"{specifiers} {variable.name} {variable.dimensions}; ::kernelwright::Guard kernelwright_guard_{i + 1};")
    states = " ".join(f"static ::kernelwright::SharedVariable {holder}_state_{i};" for i in range(len(variables)))
    return f"static struct {{ {' '.join(members)} }} {holder}; {states} {' '.join(uses)}"


def _without_alignment(tokens: Sequence[Token]) -> list[Token]:
    """Dynamic shared memory starts at a multiple of 1024, so what asks for less goes; it may not stand in a cast."""
    result: list[Token] = []
    depth = 0
    skipping = False
    for token in tokens:
        if not skipping and token.text in _ALIGNMENTS:
            skipping = True
            continue
        if skipping:
            depth += token.text in _OPEN
            depth -= token.text in _CLOSE
            skipping = depth > 0
            continue
        result.append(token)
    return result


def _declaration(tokens: Sequence[Token], line: int) -> tuple[str, list[_Variable]]:
    """Splits `T a[2], b[3]` into `T` and its variables."""
    chunks = _split(tokens, line)
    first = chunks[0]
    name = _name_index(first, line)
    if name == 0:
        raise Unsupported(line, "this `__shared__` declaration has no type")
    variables = [_variable(first[name:], line)]
    variables += [_variable(chunk, line) for chunk in chunks[1:]]
    return _text(first[:name]), variables


def _split(tokens: Sequence[Token], line: int) -> list[list[Token]]:
    chunks: list[list[Token]] = [[]]
    depth = angles = 0
    defines_type = False
    for token in tokens:
        defines_type = defines_type or token.text in _TYPE_KEYWORDS
        if depth == 0 and (token.text == "=" or (token.text == "{" and not defines_type)):
            raise Unsupported(line, "a `__shared__` variable cannot have an initialiser")
        depth += token.text in _OPEN
        depth -= token.text in _CLOSE
        if depth == 0 and len(chunks) == 1:
            angles += _angle(token)
        if depth == 0 and angles <= 0 and token.text == ",":
            chunks.append([])
        else:
            chunks[-1].append(token)
    return chunks


def _name_index(tokens: Sequence[Token], line: int) -> int:
    """Where the declared name stands: the last identifier before the first `[`, outside `<…>` and `(…)`."""
    depth = angles = 0
    found = -1
    for i, token in enumerate(tokens):
        if token.text == "[" and depth == 0 and angles == 0:
            break
        if token.text == "(" and depth == 0 and (i == 0 or tokens[i - 1].text not in _ALIGNMENTS | _TYPE_CALLS):
            if angles == 0:
                raise Unsupported(line, "this kind of `__shared__` declaration cannot be emulated; declare `T name[size]`")
        depth += token.text in _OPEN
        depth -= token.text in _CLOSE
        if depth == 0:
            angles += _angle(token)
            if angles == 0 and token.kind is Kind.IDENTIFIER and token.text not in _ALIGNMENTS | _TYPE_CALLS:
                found = i
    if found < 0:
        raise Unsupported(line, "this `__shared__` declaration has no name")
    return found


def _variable(tokens: Sequence[Token], line: int) -> _Variable:
    if not tokens or tokens[0].kind is not Kind.IDENTIFIER or (len(tokens) > 1 and tokens[1].text != "["):
        raise Unsupported(line, "this kind of `__shared__` declaration cannot be emulated; declare `T name[size]`")
    return _Variable(tokens[0].text, _text(tokens[1:]))


def _angle(token: Token) -> int:
    if token.kind is not Kind.PUNCTUATION:
        return 0
    return len(token.text) if token.text[0] == "<" else -len(token.text) if token.text[0] == ">" else 0


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)
