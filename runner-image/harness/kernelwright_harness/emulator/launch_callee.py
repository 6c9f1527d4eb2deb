"""Finds where the kernel's name begins before `<<<`: `ns::name<T, (a > b)>`, `object.member`, `table[i]`, `(expression)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .tokens import Kind, Token
from .unsupported import Unsupported

# A kernel's name is a handful of tokens; the bound keeps the walk back over hostile text linear.
_MAX_TOKENS = 512
_KEYWORDS_BEFORE_GROUP = frozenset({"return", "else", "do"})


def callee_start(tokens: Sequence[Token], group_starts: Mapping[int, int], launch: int) -> int:
    """The index of the first token of the callee that ends before the `<<<` at `launch`.

    `group_starts` leads from each closing bracket to its opening one. Raises `Unsupported` where there is no callee.
    """
    return _Walk(tokens, group_starts, launch).start()


class _Walk:
    def __init__(self, tokens: Sequence[Token], group_starts: Mapping[int, int], launch: int) -> None:
        self.tokens = tokens
        self.group_starts = group_starts
        self.launch = launch

    def start(self) -> int:
        i = self.launch
        while self.launch - i < _MAX_TOKENS:
            i = self._primary(i)
            if self._text(i - 1) == "template":
                i -= 1
            if self._text(i - 1) in ("::", "."):
                i -= 1
            elif self._text(i - 1)[:1] == ">" and self._text(i - 2) == "-":
                i -= 2
            else:
                return i
            if i == 0 or not self._ends_operand(i - 1):
                return i  # a leading `::`
        raise self._unsupported("the kernel's name in this launch is too long")

    def _primary(self, end: int) -> int:
        """The start of one name with its template arguments, subscripts and call, or of a parenthesised expression."""
        i = end - 1
        while i >= 0 and (self._text(i) in (")", "]") or self._text(i)[:1] == ">"):
            if self._text(i)[:1] == ">":
                i = self._template(i) - 1
                continue
            opening = self.group_starts.get(i)
            if opening is None:
                break
            i = opening - 1
            called = i >= 0 and self._ends_operand(i) and self._text(i) not in _KEYWORDS_BEFORE_GROUP
            if self._text(opening) == "(" and not called:
                return opening
        if i >= 0 and self.tokens[i].kind is Kind.IDENTIFIER:
            return i
        raise self._unsupported("there is no kernel's name before `<<<`")

    def _template(self, closing: int) -> int:
        """The `<` that belongs to the `>` at `closing`."""
        depth = 0
        i = closing
        while i >= 0 and closing - i < _MAX_TOKENS:
            text = self._text(i)
            if text in (")", "]", "}") and i in self.group_starts:
                i = self.group_starts[i] - 1
                continue
            if text[:1] == ">" and self._text(i - 1) != "-":
                depth += len(text)
            elif text[:1] == "<":
                depth -= len(text)
                if depth == 0:
                    return i
            elif text in (";", "{", "}"):
                break
            i -= 1
        raise self._unsupported("the template arguments before `<<<` are not balanced")

    def _ends_operand(self, i: int) -> bool:
        token = self.tokens[i]
        return token.kind is Kind.IDENTIFIER or token.text in (")", "]") or token.text[:1] == ">"

    def _text(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def _unsupported(self, reason: str) -> Unsupported:
        return Unsupported(self.tokens[self.launch].line, reason)
