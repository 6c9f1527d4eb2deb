"""What the emulated device does not run, and the sentence that says so."""

from __future__ import annotations

import re
from pathlib import Path

from .tokens import Token
from .unsupported import Unsupported

_PTX = "inline PTX (`asm`) cannot be emulated on a CPU"
_TENSOR_CORES = "tensor cores (`wmma`, `mma`) cannot be emulated on a CPU"
_TEXTURES = "textures and surfaces cannot be emulated on a CPU"
_GRAPHS = "CUDA graphs and stream capture cannot be emulated on a CPU"
_ASYNC_COPY = "asynchronous copies to shared memory cannot be emulated on a CPU"
_CLUSTERS = "thread block clusters cannot be emulated on a CPU"
_LAUNCH_API = "launches through the runtime API cannot be emulated; write `kernel<<<grid, block>>>(…)`"
_OLD_WARP = "warp intrinsics without `_sync` were removed in CUDA 13 and cannot be emulated; pass a mask to the `_sync` form"

_IDENTIFIERS: dict[str, str] = {
    "asm": _PTX,
    "__asm": _PTX,
    "__asm__": _PTX,
    "nvcuda": _TENSOR_CORES,
    "wmma": _TENSOR_CORES,
    "cooperative_groups": "cooperative groups cannot be emulated on a CPU",
    "cudaTextureObject_t": _TEXTURES,
    "cudaSurfaceObject_t": _TEXTURES,
    "cudaArray_t": _TEXTURES,
    "tex1D": _TEXTURES,
    "tex1Dfetch": _TEXTURES,
    "tex2D": _TEXTURES,
    "tex3D": _TEXTURES,
    "surf2Dread": _TEXTURES,
    "surf2Dwrite": _TEXTURES,
    "__cluster_dims__": _CLUSTERS,
    "__cluster_size__": _CLUSTERS,
    "cudaLaunchAttributeClusterDimension": _CLUSTERS,
    "cudaLaunchKernel": _LAUNCH_API,
    "cudaLaunchKernelEx": _LAUNCH_API,
    "cudaLaunchKernelExC": _LAUNCH_API,
    "cudaLaunchCooperativeKernel": "cooperative launches cannot be emulated on a CPU",
    "cudaStreamBeginCapture": _GRAPHS,
    "cudaGraph_t": _GRAPHS,
    "cudaGraphExec_t": _GRAPHS,
    "__pipeline_memcpy_async": _ASYNC_COPY,
    "__cvta_generic_to_shared": "addresses of the shared memory window cannot be emulated on a CPU",
    "__shfl": _OLD_WARP,
    "__shfl_up": _OLD_WARP,
    "__shfl_down": _OLD_WARP,
    "__shfl_xor": _OLD_WARP,
    "__ballot": _OLD_WARP,
    "__any": _OLD_WARP,
    "__all": _OLD_WARP,
}

# Paths of includes, by their beginning.
_INCLUDES: list[tuple[str, str]] = [
    ("mma.h", _TENSOR_CORES),
    ("crt/mma", _TENSOR_CORES),
    ("cooperative_groups", "cooperative groups cannot be emulated on a CPU"),
    ("cub/", "CUB cannot be emulated on a CPU"),
    ("thrust/", "Thrust cannot be emulated on a CPU"),
    ("cutlass/", "CUTLASS cannot be emulated on a CPU"),
    ("cute/", "CuTe cannot be emulated on a CPU"),
    ("cuda/pipeline", _ASYNC_COPY),
    ("cuda/", "libcu++ (`cuda/…`) cannot be emulated on a CPU"),
    ("cuda_pipeline", _ASYNC_COPY),
    ("cuda_awbarrier", _ASYNC_COPY),
    ("cuda_fp6", "6-bit floats cannot be emulated on a CPU"),
    ("cuda_fp4", "4-bit floats cannot be emulated on a CPU"),
    ("texture_", _TEXTURES),
    ("surface_", _TEXTURES),
    ("curand", "cuRAND cannot be emulated on a CPU"),
    ("cublas", "cuBLAS cannot be emulated on a CPU"),
    ("cusparse", "cuSPARSE cannot be emulated on a CPU"),
    ("cufft", "cuFFT cannot be emulated on a CPU"),
    ("cudnn", "cuDNN cannot be emulated on a CPU"),
    ("nccl", "NCCL cannot be emulated on a CPU"),
]

_PYTORCH = ("torch/", "ATen/", "c10/", "pybind11/")
_OF_CUDA = ("ATen/cuda/", "ATen/native/cuda/", "c10/cuda/", "torch/csrc/cuda/")
"""PyTorch's headers that need CUDA's own."""

_INCLUDE = re.compile(r"#[ \t]*include[ \t]*[<\"]([^>\"\n]*)[>\"]")
_LINE_MARKER = re.compile(r"#[ \t]*(?:line\b|[0-9])")


def check_identifier(token: Token) -> None:
    """Raises `Unsupported` when an identifier names something that cannot be emulated."""
    reason = _IDENTIFIERS.get(token.text)
    if reason is not None:
        raise Unsupported(token.line, reason)


def check_directive(token: Token, torch: Path | None = None) -> None:
    """Raises `Unsupported` for includes that cannot be emulated, and for `#line`, which would falsify every message.

    `torch` is given for the sources of a PyTorch extension: the folder with what stands in for PyTorch's headers of CUDA.
    """
    include = _INCLUDE.match(token.text)
    if include is not None:
        if include.group(1).startswith(_PYTORCH):
            _check_pytorch(include.group(1), token.line, torch)
        for prefix, reason in _INCLUDES:
            if include.group(1).startswith(prefix):
                raise Unsupported(token.line, f"{reason} (`{include.group(1)}` is included)")
    if _LINE_MARKER.match(token.text):
        raise Unsupported(token.line, "`#line` would hide where the kernel's faults are and is not accepted")


def _check_pytorch(name: str, line: int, torch: Path | None) -> None:
    if torch is None:
        raise Unsupported(line, f"PyTorch's headers cannot be used on the emulated device; write an `extern \"C\"` launcher (`{name}` is included)")
    if name.startswith(_OF_CUDA) and not (torch / name).exists():
        raise Unsupported(line, f"this header of PyTorch's needs CUDA itself (`{name}` is included)")
