"""Reads the XML that compute-sanitizer writes with `--xml --save` (as of 2025.3), distrusting it.

Candidate code runs beside the tool that writes it, so only numbers and short plain text are taken over, and whatever is not a whole
report is none.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass

_MAX_TEXT = 160
_PARTS = ("x", "y", "z")


class Malformed(Exception):
    """No whole report; the message says in what way."""


@dataclass(frozen=True)
class Finding:
    what: str
    """In the tool's words, such as `Invalid __global__ read of size 4 bytes is out of bounds`."""
    where: str
    """`kernel (file:line)`, as much of it as is known."""
    who: str
    """`thread (1, 0, 0) of block (3, 0, 0)`; empty where the tool names none."""
    severe: bool
    """False for what the tool itself calls a warning or an information."""

    @property
    def kind(self) -> str:
        """Equal for findings of the same kind, wherever they are and however many bytes they touch."""
        return re.sub(r"\d+", "n", self.what)

    def __str__(self) -> str:
        return self.what + (f" in {self.where}" if self.where else "") + (f", {self.who}" if self.who else "")


def parse_report(data: bytes, source: str) -> list[Finding]:
    """Findings in the order of the report. `source` is the target's file, by whose name people know it. Raises Malformed."""
    if b"<!" in data:
        raise Malformed("it has declarations, which the tool does not write")  # and which can expand without bounds
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Malformed("it is no XML") from error
    if root.tag != "ComputeSanitizerOutput" or any(child.tag != "record" for child in root):
        raise Malformed("it is not a report of compute-sanitizer")
    records = [_finding(record, source) for record in root]
    return [finding for finding in records if finding is not None]


def _finding(record: ElementTree.Element, source: str) -> Finding | None:
    """None for what is about the tool or an API call: calls that fail without harm are legitimate, the others show up elsewhere."""
    kind = plain(record.findtext("kind"))
    if not kind or not (text := plain(record.findtext("what/text"))):
        raise Malformed("it has a record without a kind or a text")
    if kind in ("Api", "Sanitizer"):
        return None
    detail = plain(record.findtext("what/type"))
    severe = plain(record.findtext("level")) not in ("Warning", "Info")
    if record.find("what/source") is not None:
        return _hazard(record, text, source, severe)
    return Finding(text + (f": {detail}" if detail else ""), _place(record.find("where"), source), _thread(record.find("who")), severe)


def _hazard(record: ElementTree.Element, text: str, source: str, severe: bool) -> Finding:
    """Racecheck's analysis: one access against another, with the number of hazards between them."""
    sides = [_side(record.find(f"what/{name}"), source) for name in ("source", "destination")]
    count = plain(record.findtext("what/destination/count"))
    accesses = " and ".join(direction for direction, _ in sides)
    places = " and ".join(dict.fromkeys(place for _, place in sides if place))
    return Finding(f"{text} between {accesses}", places, f"{count} hazards" if count.isdigit() else "", severe)


def _side(element: ElementTree.Element | None, source: str) -> tuple[str, str]:
    if element is None:
        return "an unknown access", ""
    return plain(element.findtext("direction")).lower() or "an unknown access", _place(element.find("where"), source)


def _place(where: ElementTree.Element | None, source: str) -> str:
    if where is None:
        return ""
    function, line = plain(where.findtext("func")), plain(where.findtext("line"))
    path = plain(where.findtext("path"), limit=4096)
    # The compiler noted the path in the folder of its build, which is gone; people know the path in the repository.
    name = source if path.endswith(source) else path.rsplit("/", 1)[-1][-_MAX_TEXT:]
    spot = f"{name}:{line}" if name and line.isdigit() else name
    return f"{function} ({spot})" if function and spot else function or spot


def _thread(who: ElementTree.Element | None) -> str:
    thread, block = (_coordinates(who, name) for name in ("threadIdx", "blockIdx"))
    return f"thread {thread} of block {block}" if thread and block else ""


def _coordinates(who: ElementTree.Element | None, name: str) -> str:
    values: Sequence[str] = [plain(who.findtext(f"{name}/{part}")) for part in _PARTS] if who is not None else []
    return f"({', '.join(values)})" if values and all(v.isdigit() for v in values) else ""


def plain(text: str | None, limit: int = _MAX_TEXT) -> str:
    """At most `limit` printable ASCII characters on one line, without those that open code, links or table cells in Markdown."""
    kept = "".join(c if " " <= c <= "~" and c not in "`|[]\\" else " " for c in (text or ""))
    short = " ".join(kept.split())
    return short if len(short) <= limit else short[: limit - 3] + "..."
