"""Every diagnosis: what it says, on which line, and how the process ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from emulator_device import KERNELS, call_and_die, line_of
from kernelwright_harness.emulator.compile import DIAGNOSIS_EXIT_STATUS, SANITIZER_EXIT_STATUS
from kernelwright_harness.emulator.fault import find_fault

SOURCE = (KERNELS / "faults.cu").read_text()
PATH = "kernels/faults.cu"
N = 16


def die(built: Callable[[str], Path], function: str) -> tuple[int, str]:
    return call_and_die(built("faults"), function, np.ones(N, "f4"), np.zeros(N, "f4"), N)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("past_the_end", "use-after-poison"),
        ("before_the_start", "use-after-poison"),
        ("atomic_past_the_end", "use-after-poison"),
        ("static_shared", "use-after-poison"),
        ("shared_index", "index 5 out of bounds"),
        ("dynamic_shared", "use-after-poison"),
        ("misaligned", "misaligned address"),
        ("null_pointer", "null pointer"),
        ("integer_overflow", "signed integer overflow"),
        ("stack_overflow", "stack-overflow"),
        ("wild_pointer", "SEGV"),
        ("failed_assertion", "Assertion `n == 0' failed"),
    ],
)
def test_bad_accesses_are_reported_with_path_and_line(built: Callable[[str], Path], function: str, message: str) -> None:
    status, error = die(built, function)
    assert status == SANITIZER_EXIT_STATUS, error
    assert message in error
    assert f"{PATH}:{line_of(SOURCE, function)}" in error
    fault = find_fault(error, PATH)
    assert fault is not None
    assert fault.line == line_of(SOURCE, function)
    assert message in fault.message


def test_a_fault_is_one_sentence_with_access_and_thread(built: Callable[[str], Path]) -> None:
    _, error = die(built, "past_the_end")
    fault = find_fault(error, PATH)
    assert fault is not None
    assert fault.message == (
        "use-after-poison: writes 4 bytes outside what it may touch, "
        "in thread (15,0,0) of block (0,0,0) of kernel void over(const float*, float*, int)"
    )
    _, error = die(built, "wild_pointer")
    fault = find_fault(error, PATH)
    assert fault is not None and fault.message.startswith("SEGV: touches memory that does not exist, in thread (0,0,0)")


def test_heap_overflow_of_cuda_malloc(built: Callable[[str], Path]) -> None:
    status, error = die(built, "heap_past_the_end")
    assert status == SANITIZER_EXIT_STATUS
    assert "heap-buffer-overflow" in error
    assert f"{PATH}:{line_of(SOURCE, 'past_the_end')}" in error


@pytest.mark.parametrize(
    ("function", "parts"),
    [
        ("divergent_barrier", ["divergent barrier in block (0,0,0)", "diverge(float*)", "32 threads wait", "64 threads wait", "(32,0,0)"]),
        ("divergence_with_spinner", ["divergent barrier", "1 thread waits", "1 did not arrive at any"]),
        ("exited_lane", ["deadlock", "__shfl_down_sync with mask 0xffffffff", "lane 5, thread (5,0,0), has exited"]),
        ("leaving_lane", ["deadlock", "lane 31, thread (31,0,0), has exited"]),
        ("waiting_lane", ["deadlock", "__ballot_sync", "lane 3, thread (3,0,0), waits at __syncthreads on"]),
        ("wrong_mask", ["wrong mask", "thread (1,0,0)", "0x00000001"]),
        ("trapped", ["__trap", "thread (2,0,0)"]),
        ("outside_a_kernel", ["__syncthreads was called outside a kernel"]),
    ],
)  # fmt: skip
def test_hangs_are_diagnosed_in_one_line(built: Callable[[str], Path], function: str, parts: list[str]) -> None:
    status, error = die(built, function)
    assert status == DIAGNOSIS_EXIT_STATUS, error
    lines = error.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"kernelwright emulator: {PATH}:{line_of(SOURCE, function)}: ")
    for part in parts:
        assert part in lines[0]
    fault = find_fault(error, PATH)
    assert fault is not None and fault.line == line_of(SOURCE, function)


def test_a_divergence_names_both_lines(built: Callable[[str], Path]) -> None:
    _, error = die(built, "divergent_barrier")
    assert f"{PATH}:{line_of(SOURCE, 'divergent_barrier_other')}" in error


def test_a_correct_kernel_of_the_same_library_ends_well(built: Callable[[str], Path]) -> None:
    status, error = die(built, "correct")
    assert (status, error) == (0, "")


def test_other_text_holds_no_fault() -> None:
    assert find_fault("Traceback (most recent call last):\n", PATH) is None


@pytest.mark.parametrize("text", ["Assertion `", ":1:1", "kernelwright emulator: a:", "ERROR: AddressSanitizer: on address ", f" {PATH}:"])
def test_hostile_output_is_searched_soon(text: str) -> None:
    began = time.process_time()
    find_fault(text * 200_000, PATH)
    find_fault(f"ERROR: AddressSanitizer: {text * 200_000}", PATH)
    assert time.process_time() - began < 2
