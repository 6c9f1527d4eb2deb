"""A Python source needs no compiler: only its syntax is checked, in the sandbox, and nothing of it runs."""

import sys

from kernelwright_harness.build.job import Compiled, Compiler, Job
from kernelwright_harness.sandbox import python_paths

# `compile` makes byte code and executes none of it. Hostile text can make the parser run out of stack or memory: hence the sandbox.
_CHECK = """
import sys, traceback
with open(sys.argv[1], 'rb') as file:
    text = file.read()
try:
    compile(text, sys.argv[1], 'exec', dont_inherit=True)
except Exception as error:
    sys.exit(''.join(traceback.format_exception_only(type(error), error)))
"""


def check_syntax(job: Job) -> Compiled:
    """Python's own message with file and line where it is no Python. By the interpreter that runs the harness, which the runner uses too."""
    # -I -S: neither the environment nor the folder of the source, which may hold a file `traceback.py`, has a say.
    checked = Compiler(job, [sys.executable, "-I", "-S", "-B", "-c", _CHECK, job.source], python_paths(), writes=False).finish()
    if checked.good or checked.log.strip():
        return checked
    return Compiled(checked.status, f"{job.source}: error: Python's compiler crashed on it (status {checked.status})")
