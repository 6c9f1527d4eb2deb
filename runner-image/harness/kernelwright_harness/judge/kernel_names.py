"""Whose a kernel is, by its name: the candidate's own, or a library's that it calls."""

import re
from pathlib import Path

from kernelwright_harness.target_files import content_of, is_packed, unpack

_LIBRARY_BYTES = 256 << 20

# In this order: ATen contains CUB and Thrust, cuDNN's and cuBLAS's kernels are both made from xmma and CUTLASS.
_LIBRARIES = (
    ("ATen", r"\bat::|\bat_cuda_detail::|\bc10::"),
    ("cuDNN", r"cudnn|xmma_(fprop|dgrad|wgrad)|implicit_convolve|winograd"),
    ("cuSPARSE", r"cusparse"),
    ("cuSOLVER", r"cusolver|\bgetrf_|\bpotrf_|xxtrf4_"),
    ("cuFFT", r"cufft|\b(regular|vector)_fft\b|\bregular_fft_"),
    ("cuRAND", r"curand"),
    ("NCCL", r"\bnccl"),
    ("TorchInductor", r"\btriton_(poi|red|per|tem|for)_fused"),
    ("cuBLAS", r"cublas|\bnvjet_|\bsm\d+_xmma_gemm|xmma_gemm|\binternal::gemvx::|\bcutlass_\d+_|\b(volta|turing|ampere|maxwell)_\w*gemm|\bgemmk?1?_kernel|splitKreduce"),
)


class Ownership:
    """Knows the kernels that were built: a library holds their names, which the CUDA runtime needs to launch them, and Python files hold
    the source of what they compile."""

    def __init__(self, library: Path) -> None:
        self._is_source = is_packed(library)
        self._has_library = self._is_source and any(path.endswith(".so") for path in unpack(library))
        if self._is_source:
            self._bytes = b"\n".join(content_of(path, text) for path, text in unpack(library).items())
        else:
            with library.open("rb") as file:
                self._bytes = file.read(_LIBRARY_BYTES)

    def library_of(self, name: str) -> str:
        """`own`, the name of a library, or `another library`. `name` is demangled."""
        for library, pattern in _LIBRARIES:
            if re.search(pattern, name):
                return library
        identifier = base_name(name).rsplit("::", 1)[-1].encode()
        if self._is_source and not self._has_library:
            return "own" if identifier and re.search(rb"\b" + re.escape(identifier) + rb"\b", self._bytes) else "another library"
        # As the Itanium ABI writes it, its length ahead; or alone, as `extern "C"` leaves it.
        mangled = b"_Z" in self._bytes and str(len(identifier)).encode() + identifier in self._bytes
        return "own" if identifier and (mangled or re.search(rb"\0" + re.escape(identifier) + rb"\0", self._bytes)) else "another library"


def base_name(name: str) -> str:
    """`void reduce::rows<float, 4>(float const*)` becomes `reduce::rows`."""
    bare = name.replace("(anonymous namespace)::", "")
    kept, depth = "", 0
    for c in bare:
        if c == "(" and depth == 0:
            break
        depth += (c == "<") - (c == ">")
        if depth == 0 and c != ">":
            kept += c
    return kept.strip().rsplit(" ", 1)[-1]
