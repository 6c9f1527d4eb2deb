"""How a module is run: as it is, or as somebody would run it who changes nothing of it but calls `torch.compile`, or forbids it."""

import os
import tempfile
from typing import Any

import torch

from kernelwright_harness.specification import Mode


def in_mode(mode: Mode, module: Any) -> Any:
    """The module or function, to be called in this mode. Compilation happens at the first call, for just the shapes of that call: whoever
    changes the shapes asks for the module anew."""
    if mode == "as-is":
        return module
    # What was compiled for other shapes would otherwise make this compilation one for any shape, which is slower.
    torch.compiler.reset()
    if mode == "eager":
        torch.compiler.set_stance("force_eager")  # in a process that serves this one implementation
        return module
    # In the sandbox the user has no name, which the usual folders have in theirs, and few processes.
    for variable in ("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR"):
        if variable not in os.environ:
            os.environ[variable] = tempfile.mkdtemp(prefix="kernelwright-")
    os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"
    return torch.compile(module)
