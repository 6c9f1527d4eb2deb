"""`python -m kernelwright_harness.recognize.inside FOLDER COUNT`: parses the files `0` to `COUNT - 1` of a folder in the sandbox and writes into
its file `answer`, a line for each, what of the convention it lacks.

Python's parser runs nothing, but hostile text can make it run for long, or out of stack or memory: hence a process for each file, forked from
this one, which takes a millisecond.
"""

import json
import os
import resource
import signal
import sys
from pathlib import Path

from kernelwright_harness.recognize.convention import missing_parts
from kernelwright_harness.recognize.limits import FILE_BYTES, FILE_S, UNFINISHED


def missing_in_file(path: Path) -> list[str]:
    """What the file lacks, found out in a process that ends with it, whatever becomes of it."""
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        try:
            signal.alarm(FILE_S)  # ends the process, also where the parser is at work
            resource.setrlimit(resource.RLIMIT_AS, (FILE_BYTES, FILE_BYTES))
            os.write(writer, json.dumps(missing_parts(path.read_text(encoding="utf-8"))).encode())
            os._exit(0)
        finally:  # after an error of the parser's: nothing above may go on in two processes
            os._exit(1)
    os.close(writer)
    with open(reader, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(answer) if status == 0 else [UNFINISHED]


if __name__ == "__main__":
    with Path(sys.argv[1], "answer").open("w") as answer:
        for number in range(int(sys.argv[2])):
            print(json.dumps(missing_in_file(Path(sys.argv[1], str(number)))), file=answer, flush=True)
