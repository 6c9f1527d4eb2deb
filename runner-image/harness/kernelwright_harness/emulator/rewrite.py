"""Rewrites CUDA C++ into C++17 for the emulated device, keeping every line where it was.

Three things of CUDA are not C++ even with macros: `kernel<<<…>>>(…)`, `__shared__` variables (they need guard bands and a
fill for each block) and kernels themselves (each gets a first statement that tells a launch the kernel's name). All of it is
done by edits on tokens in one pass; the rest of the text is copied byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .launch_callee import callee_start
from .refusals import check_directive, check_identifier
from .shared_declaration import rewrite_shared
from .tokens import Kind, Token, tokenize
from .unsupported import Unsupported

__all__ = ["Unsupported", "translate"]

#: More than any kernel needs; it bounds the time that hostile text can take to a few seconds.
MAX_SOURCE_CHARACTERS = 1024 * 1024

_PROBE = " if (::kernelwright::probe(__PRETTY_FUNCTION__)) return;"
_LAUNCH_BEFORE = "::kernelwright::kernel([&](auto&... kernelwright_arguments) { "
_LAUNCH_OPEN = "(kernelwright_arguments...); }).on("
_MATCHING = {")": "(", "]": "[", "}": "{"}
# A callee or the specifiers before `__shared__` are a handful of tokens; the bound keeps hostile text linear.
_MAX_LOOK_BACK = 512
_MAX_ARGUMENT_TOKENS = 512
_DEVICE_VARIABLE = frozenset({"__device__", "__constant__", "__managed__"})
_NO_DECLARATION = frozenset({Kind.LITERAL, Kind.DIRECTIVE, Kind.DEFINE_BEGIN, Kind.DEFINE_END})
_PARENTHESES_IN_TYPES = frozenset({"alignas", "__align__", "__attribute__", "__builtin_align__", "decltype"})
_REPLACED = {"__noinline__": "__attribute__((noinline))"}


def translate(source: str, path: str, torch: Path | None = None) -> str:
    """The C++ for the CUDA `source`; compilers and sanitizers will name `path` and the source's own lines.

    `torch`, for the sources of a PyTorch extension: the folder with what stands in for PyTorch's headers of CUDA.

    Raises `Unsupported`, with the line and one sentence, for what the emulated device cannot run.
    """
    if len(source) > MAX_SOURCE_CHARACTERS:
        raise Unsupported(1, f"the source is longer than {MAX_SOURCE_CHARACTERS} characters")
    if "\0" in source:
        raise Unsupported(source.count("\n", 0, source.index("\0")) + 1, "the source holds a NUL character")
    if any(ord(character) < 0x20 for character in path):
        raise ValueError("the path holds a control character")
    # Compilers pass over a byte order mark at the beginning of a file, where it is no longer.
    source = source.removeprefix("\ufeff")
    quoted = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'#include "kernelwright_emulator.h"\n#line 1 "{quoted}"\n{_Rewriter(source, torch).run()}'


@dataclass(slots=True)
class _Scope:
    """An open bracket. Scopes form a linked list, so that `#if` can remember one at no cost."""

    bracket: str
    parent: _Scope | None
    token: int
    device: bool
    outer_head: _Head


@dataclass(frozen=True, slots=True)
class _Head:
    """What the statement that is being read has said so far."""

    kernel: bool = False
    device: bool = False


@dataclass(slots=True)
class _Launch:
    line: int
    scope: _Scope | None


class _Rewriter:
    def __init__(self, source: str, torch: Path | None) -> None:
        self.source = source
        self.torch = torch
        self.tokens = tokenize(source)
        self.insertions: dict[int, str] = {}  # before the token of that index
        self.replacements: dict[int, str] = {}
        self.scope: _Scope | None = None
        self.head = _Head()
        self.launches: list[_Launch] = []
        self.conditionals: list[tuple[_Scope | None, _Head]] = []
        self.disabled = 0  # nesting depth of `#if` inside `#if 0`
        self.before_define: tuple[_Scope | None, _Head, list[_Launch]] | None = None
        self.group_starts: dict[int, int] = {}  # closing bracket's index -> opening bracket's
        self.shared = 0

    def run(self) -> str:
        index = 0
        while index < len(self.tokens):
            index = self._step(index, self.tokens[index])
        self._no_open_launch()
        return self._assemble()

    def _assemble(self) -> str:
        pieces: list[str] = []
        position = 0
        for index, token in enumerate(self.tokens):
            insertion = self.insertions.get(index)
            replacement = self.replacements.get(index)
            if insertion is None and replacement is None:
                continue
            pieces.append(self.source[position : token.start])
            pieces.append(insertion or "")
            pieces.append(token.text if replacement is None else replacement)
            position = token.end
        pieces.append(self.source[position:])
        return "".join(pieces)

    def _step(self, index: int, token: Token) -> int:
        """Handles one token and returns the index of the next."""
        if token.kind is Kind.DIRECTIVE:
            self._directive(token)
        elif self.disabled:
            pass
        elif token.kind is Kind.DEFINE_BEGIN:
            self.before_define = (self.scope, self.head, self.launches)
            self.scope, self.head, self.launches = None, _Head(), []
        elif token.kind is Kind.DEFINE_END:
            self._no_open_launch()
            if self.before_define is not None:
                self.scope, self.head, self.launches = self.before_define
                self.before_define = None
        elif token.kind is Kind.IDENTIFIER:
            return self._identifier(index, token)
        elif token.kind is Kind.PUNCTUATION:
            self._punctuation(index, token)
        return index + 1

    # ---- preprocessor lines ----

    def _directive(self, token: Token) -> None:
        words = token.text[1:].split(None, 2)
        name = words[0] if words else ""
        if self.disabled:
            if name in ("if", "ifdef", "ifndef"):
                self.disabled += 1
            elif name == "endif" or (self.disabled == 1 and name in ("else", "elif")):
                self.disabled -= 1
                if name == "endif" and self.disabled == 0:
                    self.conditionals.pop()
            return
        check_directive(token, self.torch)
        if name in ("if", "ifdef", "ifndef"):
            self.conditionals.append((self.scope, self.head))
            if name == "if" and words[1:] == ["0"]:
                self.disabled = 1
        elif name in ("else", "elif") and self.conditionals:
            # Both branches may open the same block: the second begins where the first did.
            self.scope, self.head = self.conditionals[-1]
        elif name == "endif" and self.conditionals:
            self.conditionals.pop()

    # ---- names ----

    def _identifier(self, index: int, token: Token) -> int:
        check_identifier(token)
        text = token.text
        if text == "texture" and self._text(index + 1) == "<":
            raise Unsupported(token.line, "textures and surfaces cannot be emulated on a CPU")
        if text in _REPLACED:
            self.replacements[index] = _REPLACED[text]
        elif text == "__global__":
            self.replacements[index] = ""
            if self._statement_level():
                self.head = _Head(kernel=True, device=True)
        elif text == "__device__" and self._statement_level():
            self.head = _Head(kernel=self.head.kernel, device=True)
        elif text == "__shared__":
            return self._shared(index, token)
        elif text == "extern" and self._declares_device_variable(index):
            self.replacements[index] = "static"
        return index + 1

    def _declares_device_variable(self, index: int) -> bool:
        """Whether the `extern` at `index` declares a device variable that another source is to define.

        Without relocatable device code nvcc takes that for a definition: each source has a variable of its own, full of zeros (its warning 20044),
        and a definition in the same source is one too many.
        """
        depth = end = 0
        for end in range(index + 1, min(len(self.tokens), index + _MAX_LOOK_BACK)):
            token = self.tokens[end]
            if depth == 0 and token.text == "(" and self._text(end - 1) not in _PARENTHESES_IN_TYPES:
                return False  # a function
            if token.text in ("{", "=", "extern") or token.kind in _NO_DECLARATION:
                return False  # with a value, or `extern "C"`; and no text is looked at twice
            depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
            if depth == 0 and token.text == ";":
                break
        if self._text(end) != ";":
            return False
        words = {token.text for token in self.tokens[self._specifiers_start(index) : end]}
        return bool(words & _DEVICE_VARIABLE) and "__shared__" not in words

    def _shared(self, index: int, token: Token) -> int:
        start = self._specifiers_start(index)
        end = index
        depth = 0
        while end < len(self.tokens) and (depth > 0 or self.tokens[end].text != ";"):
            if self.tokens[end].kind in (Kind.DIRECTIVE, Kind.DEFINE_BEGIN, Kind.DEFINE_END):
                break
            depth += (self.tokens[end].text == "{") - (self.tokens[end].text == "}")
            if depth < 0:
                break
            end += 1
        if end == len(self.tokens) or self.tokens[end].text != ";":
            if self.before_define is not None:
                return index + 1  # `#define SHARED __shared__`: the header's macro serves it, without guard bands
            raise Unsupported(token.line, "this `__shared__` declaration does not end in `;`")
        declaration = self.tokens[start:end]
        for part in declaration:
            if part.kind is Kind.IDENTIFIER:
                check_identifier(part)
        self.shared += 1
        text = rewrite_shared(declaration, self.shared)
        lines = self.source.count("\n", declaration[0].start, self.tokens[end].end)
        newline = "\\\n" if self.before_define is not None else "\n"
        self.replacements[start] = text + newline * lines
        self._blank(start, end)
        return end + 1

    def _specifiers_start(self, index: int) -> int:
        start = index
        while start > 0 and index - start < _MAX_LOOK_BACK:
            previous = self.tokens[start - 1]
            if previous.text == ")" and start - 1 in self.group_starts:
                opening = self.group_starts[start - 1]
                if self._text(opening - 1) not in ("alignas", "__align__", "__attribute__", "__builtin_align__"):
                    break
                start = opening - 1
            elif previous.kind is Kind.IDENTIFIER or previous.text == "::":
                start -= 1
            else:
                break
        return start

    def _blank(self, start: int, end: int) -> None:
        """Takes the text from the token `start` to the token `end` out; the replacement of `start` stands for all of it."""
        tokens = self.tokens
        first, last = tokens[start], tokens[end]
        merged = Token(first.kind, self.source[first.start : last.end], first.start, last.end, first.line)
        tokens[start] = merged
        for i in range(start + 1, end + 1):
            tokens[i] = Token(Kind.LITERAL, "", last.end, last.end, last.line)
            self.insertions.pop(i, None)
            self.replacements.pop(i, None)

    # ---- brackets and launches ----

    def _statement_level(self) -> bool:
        return self.scope is None or self.scope.bracket == "{"

    def _punctuation(self, index: int, token: Token) -> None:
        text = token.text
        if text in "([{":
            self._open(index, token)
        elif text in ")]}":
            self._close(index, text)
        elif text == ";":
            if self.launches and self.launches[-1].scope is self.scope:
                self._no_open_launch()
            if self._statement_level():
                self.head = _Head()
        elif text in ("'", '"') and self.before_define is None:
            raise Unsupported(token.line, "this string or character literal is never closed")
        elif text[0] == "<" and len(text) >= 3:
            self._open_launch(index, token)
        elif text[0] == ">" and len(text) >= 3:
            self._close_launch(index, token)

    def _open(self, index: int, token: Token) -> None:
        device = self.scope.device if self.scope is not None else False
        if token.text == "{":
            if self._statement_level():
                if self.head.kernel:
                    self.replacements[index] = "{" + _PROBE
                device = device or self.head.device
        self.scope = _Scope(token.text, self.scope, index, device, self.head)
        if token.text == "{":
            self.head = _Head()

    def _close(self, index: int, text: str) -> None:
        if self.launches and self.launches[-1].scope is self.scope:
            self._no_open_launch()
        closed = self.scope
        if closed is None or closed.bracket != _MATCHING[text]:
            return  # the compiler will say it better
        self.group_starts[index] = closed.token
        self.scope = closed.parent
        self.head = _Head() if text == "}" and self._statement_level() else closed.outer_head

    def _open_launch(self, index: int, token: Token) -> None:
        if len(token.text) != 3:
            raise Unsupported(token.line, f"`{'<' * min(len(token.text), 7)}` is neither a launch nor an operator")
        if self.scope is not None and self.scope.device:
            raise Unsupported(token.line, "a launch from device code (dynamic parallelism) cannot be emulated on a CPU")
        start = callee_start(self.tokens, self.group_starts, index)
        self.insertions[start] = _LAUNCH_BEFORE + self.insertions.get(start, "")
        self.replacements[index] = _LAUNCH_OPEN
        self.launches.append(_Launch(token.line, self.scope))

    def _close_launch(self, index: int, token: Token) -> None:
        if not self.launches or self.launches[-1].scope is not self.scope or self._text(index + 1) != "(":
            return  # the end of nested template arguments
        self.launches.pop()
        self.replacements[index] = token.text[3:] + ")"
        self._null_arguments(index + 1)

    def _null_arguments(self, opening: int) -> None:
        """`0` and `NULL` may be meant as pointers; as stored arguments they would be integers."""
        depth = 0
        for i in range(opening, min(len(self.tokens), opening + _MAX_ARGUMENT_TOKENS)):
            text = self._text(i)
            if text in ("(", "[", "{"):
                depth += 1
            elif text in (")", "]", "}"):
                depth -= 1
                if depth == 0:
                    return
            if depth == 1 and text in ("(", ",") and self._text(i + 1) in ("0", "NULL") and self._text(i + 2) in (",", ")"):
                self.replacements[i + 1] = "::kernelwright::NullArgument{}"

    def _no_open_launch(self) -> None:
        if self.launches:
            raise Unsupported(self.launches[-1].line, "this launch's `<<<` has no `>>>(…)` that closes it")

    def _text(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""
