"""What went wrong in a module or a function, from the end of what its runner printed: for people and models, never for the verdict."""

import re

from kernelwright_harness.judge.sanitizer_report import plain

_LENGTH = 400


def find_exception(log: str, source: str) -> str | None:
    """The last exception's own line, with the innermost place in the target's file: `ValueError: no (kernels/mlp.py:12)`.

    Without a traceback, the last line that was printed; None where nothing was.
    """
    lines = [line for line in log.splitlines() if line.strip()]
    if not lines:
        return None
    begins = [number for number, line in enumerate(lines) if line.startswith("Traceback (most recent call last):")]
    if not begins:
        return plain(lines[-1], _LENGTH)
    stack = lines[begins[-1] + 1 :]
    said = next((line for line in stack if not line.startswith(" ")), lines[-1])
    places = re.findall(rf'^  File "{re.escape(source)}", line (\d+)', "\n".join(stack), re.MULTILINE)
    return plain(said, _LENGTH) + (f" ({source}:{places[-1]})" if places else "")
