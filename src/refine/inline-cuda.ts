/**
 * A loader of CUDA C++ for Python candidates, as text: what is delivered runs where Kernelwright is not installed, so a candidate carries it
 * along. nvcc compiles a file without PyTorch's headers in a second, with them in most of a minute. `docs/configuration.md` has the same text.
 */
export const INLINE_CUDA = `import ctypes
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import torch


def load_cuda(source: str, *flags: str) -> ctypes.CDLL:
    """The extern "C" functions of CUDA C++ text. nvcc compiles it once for a machine; its errors go to standard error."""
    nvcc = shutil.which("nvcc") or os.path.join(os.environ.get("CUDA_HOME", "/usr/local/cuda"), "bin", "nvcc")
    major, minor = torch.cuda.get_device_capability()
    command = [nvcc, "-O3", "-shared", "-Xcompiler", "-fPIC", f"-arch=sm_{major}{minor}", *flags]
    key = hashlib.sha256("\\0".join([*command, source]).encode()).hexdigest()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "inline-cuda")
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        cache = Path(tempfile.mkdtemp())
    library = cache / f"{key}.so"
    if not library.exists():
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            text, built = Path(folder, "inline.cu"), Path(folder, "inline.so")
            text.write_text(source)
            subprocess.run([*command, "-o", str(built), str(text)], check=True)
            built.replace(library)
    return ctypes.CDLL(str(library))


def launch(function, *arguments) -> None:
    """Calls a launcher: tensors as pointers, int as int, float as float, ctypes values as they are; last the current cudaStream_t."""
    kinds = {float: ctypes.c_float, int: ctypes.c_int}
    values = [ctypes.c_void_p(a.data_ptr()) if isinstance(a, torch.Tensor) else kinds.get(type(a), lambda v: v)(a) for a in arguments]
    function.restype = None
    function(*values, ctypes.c_void_p(torch.cuda.current_stream().cuda_stream))
`;
