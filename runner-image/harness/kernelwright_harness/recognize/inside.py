"""`python -m kernelwright_harness.recognize.inside FILE ANSWER`: parses a file in the sandbox and writes down what of the convention it lacks.

Python's parser runs nothing, but hostile text can make it run out of stack or memory: hence a process of its own.
"""

import json
import sys
from pathlib import Path

from kernelwright_harness.recognize.convention import missing_parts

if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(missing_parts(Path(sys.argv[1]).read_text(encoding="utf-8"))))
