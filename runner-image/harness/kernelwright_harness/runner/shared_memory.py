"""Fills the shared memory of every multiprocessor with NaNs.

A kernel finds in its shared memory what the last one left there, often zeros, and a kernel that reads it before writing it is then right by
luck. compute-sanitizer's initcheck looks at global memory alone.
"""

import ctypes
from typing import Any

from cuda.bindings import driver as cu

from kernelwright_harness.runner.driver import checked

# PTX, which the driver compiles in some milliseconds for whatever GPU there is: every thread of a block stores words in turns.
_SCRUB = b"""
.version 7.0
.target sm_75
.address_size 64
.extern .shared .align 16 .b8 memory[];
.visible .entry scrub(.param .u32 words)
{
    .reg .pred %done;
    .reg .b32 %words, %index, %stride, %base, %offset;
    ld.param.u32 %words, [words];
    mov.u32 %index, %tid.x;
    mov.u32 %stride, %ntid.x;
    mov.u32 %base, memory;
next:
    setp.ge.u32 %done, %index, %words;
    @%done bra end;
    shl.b32 %offset, %index, 2;
    add.u32 %offset, %base, %offset;
    st.shared.u32 [%offset], 0xFFFFFFFF;
    add.u32 %index, %index, %stride;
    bra next;
end:
    ret;
}
\0"""
_THREADS = 1024


class SharedMemory:
    """Of one device whose context is current."""

    def __init__(self, device: Any) -> None:
        attribute = cu.CUdevice_attribute
        self._bytes = int(checked(cu.cuDeviceGetAttribute(attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, device)))
        # Each block takes all that a block may have, so that there is one for each multiprocessor.
        self._blocks = int(checked(cu.cuDeviceGetAttribute(attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device)))
        self._module = checked(cu.cuModuleLoadData(_SCRUB))
        self._kernel = checked(cu.cuModuleGetFunction(self._module, b"scrub"))
        checked(cu.cuFuncSetAttribute(self._kernel, cu.CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, self._bytes))

    def scrub(self, stream: Any) -> None:
        """Ahead of whatever comes next on the stream."""
        words = ((self._bytes // 4,), (ctypes.c_uint32,))
        checked(cu.cuLaunchKernel(self._kernel, self._blocks, 1, 1, _THREADS, 1, 1, self._bytes, stream, words, 0))
