"""The system call filter, loaded by the real bubblewrap, and its program read back as a kernel would run it."""

import errno
import os
import struct
import subprocess
import sys

import pytest

from kernelwright_harness import sandbox
from kernelwright_harness.candidate_process import gpu_environment
from kernelwright_harness.sandbox import Access, sandboxed
from kernelwright_harness.seccomp import filter_for

ALLOW, ERROR = 0x7FFF0000, 0x00050000
X86, ARM = 0xC000003E, 0xC00000B7


def decision(program: bytes, number: int, argument: int = 0, architecture: int = X86) -> int:
    """Runs the filter on one call: the few instructions that it uses."""
    data = struct.pack("<iIQ6Q", number, architecture, 0, argument, 0, 0, 0, 0, 0)
    at = accumulator = 0
    while True:
        code, when_true, when_false, value = struct.unpack_from("=HBBI", program, at * 8)
        at += 1
        match code:
            case 0x20:
                accumulator = struct.unpack_from("<I", data, value)[0]
            case 0x06:
                return value
            case 0x15 | 0x35 | 0x45:
                true = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[code]
                at += when_true if true else when_false
            case other:
                raise AssertionError(f"unknown instruction {other:#x}")


def program_for(machine: str, tracing: bool = False) -> bytes:
    program = filter_for(machine, tracing)
    assert program is not None and len(program) % 8 == 0 and len(program) // 8 <= 4096
    return program


@pytest.mark.parametrize(
    ("machine", "architecture", "refused", "allowed"),
    [
        ("x86_64", X86, {"ptrace": 101, "keyctl": 250, "io_uring_setup": 425, "bpf": 321, "mount": 165, "unshare": 272, "shmget": 29}, {"read": 0, "mmap": 9, "ioctl": 16, "memfd_create": 319, "execve": 59, "mbind": 237}),
        ("aarch64", ARM, {"ptrace": 117, "keyctl": 219, "io_uring_setup": 425, "bpf": 280, "mount": 40, "unshare": 97, "shmget": 194}, {"read": 63, "mmap": 222, "ioctl": 29, "memfd_create": 279, "execve": 221, "mbind": 235}),
    ],
)
def test_calls_are_refused_by_each_architectures_own_numbers(machine: str, architecture: int, refused: dict[str, int], allowed: dict[str, int]) -> None:
    program = program_for(machine)
    for name, number in refused.items():
        assert decision(program, number, architecture=architecture) == ERROR | errno.EPERM, name
    for name, number in allowed.items():
        assert decision(program, number, architecture=architecture) == ALLOW, name


@pytest.mark.parametrize(("machine", "architecture", "socket_", "clone", "prctl"), [("x86_64", X86, 41, 56, 157), ("aarch64", ARM, 198, 220, 167)])
def test_some_calls_are_refused_by_their_argument(machine: str, architecture: int, socket_: int, clone: int, prctl: int) -> None:
    program = program_for(machine)

    def decided(number: int, argument: int) -> int:
        return decision(program, number, argument, architecture)

    assert [decided(socket_, family) for family in (1, 2, 10, 16)] == [ALLOW] * 4
    assert [decided(socket_, family) for family in (38, 40, 17)] == [ERROR | errno.EAFNOSUPPORT] * 3  # AF_ALG, AF_VSOCK, AF_PACKET
    assert decided(clone, 0x3D0F00) == ALLOW  # a thread
    assert decided(clone, 0x11 | 0x10000000) == ERROR | errno.EPERM  # CLONE_NEWUSER
    assert decided(prctl, 15) == ALLOW  # PR_SET_NAME
    assert decided(prctl, 4) == ERROR | errno.EPERM  # PR_SET_DUMPABLE
    assert decided(435, 0) == ERROR | errno.ENOSYS  # clone3


def test_calls_of_another_architecture_are_unknown() -> None:
    program = program_for("x86_64")
    assert decision(program, 3, architecture=0x40000003) == ERROR | errno.ENOSYS  # i386
    assert decision(program, 0x40000000 | 1) == ERROR | errno.ENOSYS  # x32
    assert filter_for("riscv64") is None


def test_tracers_may_trace_and_nothing_else() -> None:
    program = program_for("x86_64", tracing=True)
    assert [decision(program, number) for number in (101, 310, 298)] == [ALLOW] * 3
    assert decision(program, 250) == ERROR | errno.EPERM


PROBE = """
import ctypes, os, socket, subprocess, threading
libc = ctypes.CDLL(None, use_errno=True)
def tried(name, *arguments):
    ctypes.set_errno(0)
    result = getattr(libc, name)(*arguments)
    print(name, "allowed" if result >= 0 else ctypes.get_errno())
tried("ptrace", 0, 0, 0, 0)
tried("unshare", 0x10000000)
tried("shmget", 0, 4096, 0o1600)
tried("prctl", 4, 0, 0, 0, 0)
for number, name in ((250 if os.uname().machine == "x86_64" else 219, "keyctl"), (425, "io_uring_setup")):
    ctypes.set_errno(0)
    print(name, "allowed" if libc.syscall(number, 0, -3, 0, 0, 0) >= 0 else ctypes.get_errno())
try:
    socket.socket(40, socket.SOCK_STREAM)
    print("vsock allowed")
except OSError as error:
    print("vsock", error.errno)
thread = threading.Thread(target=lambda: print("thread works"))
thread.start()
thread.join()
print(subprocess.run(["echo", "subprocess works"], capture_output=True, text=True).stdout.strip())
"""


@pytest.mark.skipif(os.uname().machine not in ("x86_64", "aarch64"), reason="there is no filter for this architecture")
def test_the_sandbox_loads_it() -> None:
    done = subprocess.run(sandboxed([sys.executable, "-c", PROBE], Access(read=sandbox.python_paths()), True), capture_output=True, text=True, timeout=30)
    assert done.stdout.splitlines() == [
        "ptrace 1",
        "unshare 1",
        "shmget 1",
        "prctl 1",
        "keyctl 1",
        "io_uring_setup 1",
        "vsock 97",
        "thread works",
        "subprocess works",
    ], done.stderr


@pytest.mark.gpu
def test_cuda_works_behind_it() -> None:
    access = Access(read=(*sandbox.python_paths(), *sandbox.library_paths()), gpu=True, environment=gpu_environment())
    compute = "import torch; x = torch.ones(1 << 20, device='cuda'); y = torch.ones(1 << 20).pin_memory().cuda(); print(int((x + y).sum()))"
    done = subprocess.run(sandboxed([sys.executable, "-c", compute], access, True), capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == str(2 << 20), done.stderr
