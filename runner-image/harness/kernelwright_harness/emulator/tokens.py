"""A lexer for CUDA C++ that knows just enough: what is code, and what is a comment, a string or a preprocessor line."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from .unsupported import Unsupported


class Kind(Enum):
    """What a token is. Spaces and comments make no token; the rewriter copies the text between tokens as it stands."""

    IDENTIFIER = "identifier"
    NUMBER = "number"
    LITERAL = "literal"
    PUNCTUATION = "punctuation"  # one character, except runs of `<` and of `>`, and `::`
    DIRECTIVE = "directive"  # a whole preprocessor line, with its continuations
    DEFINE_BEGIN = "define-begin"  # `#define NAME(parameters)`; the tokens of the body follow
    DEFINE_END = "define-end"


class Token(NamedTuple):
    """One token: its kind, its text, and where it stands; lines count from 1."""

    kind: Kind
    text: str
    start: int
    end: int
    line: int


# Every alternative consumes what it matches in one pass: no nested quantifiers, so time grows with the text only.
_SPACE = re.compile(r"(?:[ \t\r\f\v]|\\\r?\n)+")
_LINE_COMMENT = re.compile(r"//[^\\\n]*(?:\\(?:\r?\n|.)?[^\\\n]*)*")
_IDENTIFIER = re.compile(r"[A-Za-z_$\u0080-\U0010ffff][\w$]*")
_NUMBER = re.compile(r"\.?[0-9](?:[eEpP][+-]|'(?=\w)|[\w.])*")
_STRING = re.compile(r'"[^"\\\n]*(?:\\(?:\r?\n|.)[^"\\\n]*)*"')
_CHARACTER = re.compile(r"'[^'\\\n]*(?:\\(?:\r?\n|.)[^'\\\n]*)*'")
_RAW_PREFIX = re.compile(r'(?:u8|u|U|L)?R"([^ ()\\\t\v\f\n]{0,16})\(')
_STRING_PREFIX = re.compile(r"(?:u8|u|U|L)(?=[\"'])")
_RUN = re.compile(r"<+|>+|::")
# What matters on a preprocessor line: a continuation, a comment (the one to the end of the line hides `/*`), its end.
_DIRECTIVE_EVENT = re.compile(r"\\\r?\n|/\*|//[^\n\\]*|\n")
_DEFINE = re.compile(r"#[ \t]*define[ \t]+\w+(?:\([^)\n]*\))?")


def tokenize(source: str) -> list[Token]:
    """The tokens of `source`, in time linear in its length. Raises `Unsupported` where a comment or raw string does not end."""
    return _Lexer(source).run()


class _Lexer:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.line = 1
        self.tokens: list[Token] = []
        self.in_define = False
        self.at_line_start = True

    def run(self) -> list[Token]:
        source = self.source
        while self.position < len(source):
            character = source[self.position]
            if character == "\n":
                self._newline()
            elif (space := _SPACE.match(source, self.position)) is not None:
                self._skip(space.end())
            elif source.startswith("//", self.position):
                comment = _LINE_COMMENT.match(source, self.position)
                assert comment is not None
                self._skip(comment.end())
            elif source.startswith("/*", self.position):
                self._skip(self._find("*/", self.position + 2, "this comment is never closed"))
            elif character == "#" and self.at_line_start and not self.in_define:
                self._directive()
            else:
                self.at_line_start = False
                self._token(character)
        if self.in_define:
            self._emit(Kind.DEFINE_END, self.position)
        return self.tokens

    def _newline(self) -> None:
        if self.in_define:
            self._emit(Kind.DEFINE_END, self.position)
            self.in_define = False
        self.position += 1
        self.line += 1
        self.at_line_start = True

    def _token(self, character: str) -> None:
        source, position = self.source, self.position
        if (raw := _RAW_PREFIX.match(source, position)) is not None:
            end = self._find(f'){raw.group(1)}"', raw.end(), "this raw string is never closed")
            self._emit(Kind.LITERAL, end)
        elif (prefix := _STRING_PREFIX.match(source, position)) is not None:
            self._literal(prefix.end())
        elif character in "\"'":
            self._literal(position)
        elif (identifier := _IDENTIFIER.match(source, position)) is not None:
            self._emit(Kind.IDENTIFIER, identifier.end())
        elif (number := _NUMBER.match(source, position)) is not None:
            self._emit(Kind.NUMBER, number.end())
        elif (run := _RUN.match(source, position)) is not None:
            self._emit(Kind.PUNCTUATION, run.end())
        else:
            self._emit(Kind.PUNCTUATION, position + 1)

    def _literal(self, quote: int) -> None:
        pattern = _STRING if self.source[quote] == '"' else _CHARACTER
        literal = pattern.match(self.source, quote)
        if literal is not None:
            self._emit(Kind.LITERAL, literal.end())
        else:  # lawful in `#if 0` and in macros that nobody uses; the rewriter refuses it elsewhere
            self._emit(Kind.PUNCTUATION, quote + 1)

    def _directive(self) -> None:
        define = _DEFINE.match(self.source, self.position)
        if define is not None:
            self._emit(Kind.DEFINE_BEGIN, define.end())
            self.in_define = True
            return
        stop = self.position
        while (event := _DIRECTIVE_EVENT.search(self.source, stop)) is not None:
            if event.group() == "\n":
                stop = event.start()
                break
            stop = event.end()
            if event.group() == "/*":
                stop = self._find("*/", stop, "this comment is never closed")
        else:
            stop = len(self.source)
        self._emit(Kind.DIRECTIVE, stop)

    def _find(self, text: str, start: int, otherwise: str) -> int:
        found = self.source.find(text, start)
        if found < 0:
            raise Unsupported(self.line, otherwise)
        return found + len(text)

    def _skip(self, end: int) -> None:
        self.line += self.source.count("\n", self.position, end)
        self.position = end

    def _emit(self, kind: Kind, end: int) -> None:
        self.tokens.append(Token(kind, self.source[self.position : end], self.position, end, self.line))
        self._skip(end)
