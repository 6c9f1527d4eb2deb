"""How timed blocks are made and checked, on the emulated device: times mean nothing there, and what is found out is the same."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from judge_client import packed
from targets import target, tensor, workload

from kernelwright_harness.judge.bench import IDLE_CALLS, Bench, reserve
from kernelwright_harness.judge.checks import CheckFailed, Record, check_shape
from kernelwright_harness.judge.devices import EmulatedDevice
from kernelwright_harness.judge.gpu_watch import GpuWatch
from kernelwright_harness.judge.oracle import Reference
from kernelwright_harness.judge.pair import started_pair
from kernelwright_harness.judge.runners import Runners
from kernelwright_harness.judge.timing import Plan, Samples, time_workload
from kernelwright_harness.specification import Target, Workload

N = 100
TARGET = target(workloads=[workload(n=N)])
LENGTH_AND_STREAM = [{"kind": "scalar", "name": "n", "type": "i32"}, {"kind": "stream", "name": "stream"}]
PLAN = Plan(rounds=1, quads=2, clocked=True)
SLOTS = 24

Libraries = Callable[[str], Path]


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Libraries:
    """Builds launchers from the body of `right`, which has `x`, `y`, `n` and `stream`."""
    folder = tmp_path_factory.mktemp("timing")

    def build(body: str) -> Path:
        made = folder / f"{len(list(folder.iterdir()))}.c"
        made.write_text(f"#define _GNU_SOURCE\n#include <dlfcn.h>\n#include <stddef.h>\nvoid right(const float* x, float* y, int n, void* stream) {{ {body} }}\n")
        subprocess.run(["gcc", "-shared", "-fPIC", "-w", str(made), "-o", str(made.with_suffix(".so"))], check=True, timeout=60)
        return made.with_suffix(".so")

    return build


HONEST = "for (int i = 0; i < n; i++) y[i] = 2 * x[i];"


def timed(baseline: Path, candidate: Path, record: Record, slots: int = SLOTS, of: Target = TARGET) -> Samples:
    device = EmulatedDevice()
    runners = Runners(device, sandbox=True)
    try:
        with started_pair(device, of, Reference(of), baseline, candidate, runners, 30) as pair:
            check_shape(Bench(pair, of.workloads[0], 1), record)
            return time_workload(Bench(pair, of.workloads[0], slots), PLAN, 0, record, GpuWatch(None))
    finally:
        runners.drop()


def test_an_honest_candidate_is_timed_in_groups_and_by_the_judges_clock(libraries: Libraries) -> None:
    record = Record(has_reference=True)
    samples = timed(libraries(HONEST), libraries(HONEST), record)
    assert [(g["calls"], len(g["baseline_us"]), len(g["candidate_us"])) for g in samples.groups] == [(20, 2, 2)] * PLAN.quads
    (clock,) = samples.clock
    assert (clock["calls"], clock["idle_calls"]) == (20, IDLE_CALLS)
    assert len(clock["baseline_block_us"]) == len(clock["candidate_block_us"]) == len(clock["nothing_block_us"]) >= 8
    assert "idle_block_us" not in clock  # a launcher's results are not copied
    blocks = 2 * PLAN.quads + len(clock["candidate_block_us"])
    assert record.timed_samples == 2 * blocks  # the last call, and one that the runner was not told of


def test_what_copies_of_results_take_is_timed_where_a_runner_makes_them(tmp_path: Path) -> None:
    double = packed(tmp_path, {"double.py": "def right(x):\n    return x * 2\n"})
    of = target(kind="function", source="double.py", arguments=[tensor("x", "input"), tensor("y", "output")], workloads=[workload(n=N)])
    samples = timed(double, double, Record(has_reference=True), of=of)
    (clock,) = samples.clock
    assert len(clock["idle_block_us"]) == len(clock["nothing_block_us"]) >= 8


@pytest.mark.parametrize("slots", [1, 2, 3])
def test_few_slots_are_enough(libraries: Libraries, slots: int) -> None:
    samples = timed(libraries(HONEST), libraries(HONEST), Record(has_reference=True), slots)
    assert samples.clock[0]["calls"] == max(1, slots - 1)


def test_a_write_far_from_any_tensor_is_found(libraries: Libraries) -> None:
    """The memory is as large as the largest shape wants it, and a GPU does not stop a kernel that runs over within it."""
    device, large = EmulatedDevice(), Workload("large", {"n": 100_000})
    runners = Runners(device, sandbox=True)
    candidate = libraries(f"{HONEST} y[50000] = 1;")
    try:
        with started_pair(device, TARGET, Reference(TARGET), libraries(HONEST), candidate, runners, 30) as pair:
            reserve(pair, [(TARGET.workloads[0], 1), (large, 1)])
            with pytest.raises(CheckFailed, match="4 bytes were written behind all tensors") as failed:
                check_shape(Bench(pair, TARGET.workloads[0], 1), Record(has_reference=True))
    finally:
        runners.drop()
    assert (failed.value.check.name, failed.value.outcome) == ("guard-bands", "incorrect")


def test_booleans_that_were_never_written_are_not_taken_for_true(libraries: Libraries) -> None:
    of = target(arguments=[tensor("x", "input"), tensor("y", "output", "bool"), *LENGTH_AND_STREAM], workloads=[workload(n=N)], reference="x > 0")
    honest = "for (int i = 0; i < n; i++) ((char*)y)[i] = x[i] > 0;"
    assert timed(libraries(honest), libraries(honest), Record(has_reference=True), of=of).groups
    for body in ("if (!(x[i] > 0)) ((char*)y)[i] = 0;", "((char*)y)[i] = x[i] > 0 ? 200 : 0;"):
        with pytest.raises(CheckFailed, match="elements of y are wrong; .* instead of 1"):
            timed(libraries(honest), libraries(f"for (int i = 0; i < n; i++) {body}"), Record(has_reference=True), of=of)


# Honest for as long as single calls are checked.
SKIPS_SOME = f"static int calls = 0; if (++calls > 30 && calls % 3 == 0) return; {HONEST}"
# Writes to a slot after its own as well, where it was called for that slot lately: anywhere else it might crash instead.
WORKS_AHEAD = (
    f"static char* seen[64]; static int calls = 0; seen[calls++ % 64] = (char*)y; {HONEST}"
    " size_t step = (4096 + 4 * n + 4096 + 255) / 256 * 256; char* ahead = (char*)y + step;"
    " if (calls > 30) for (int s = 0; s < 64; s++) if (seen[s] == ahead) for (int i = 0; i < n; i++) ((float*)ahead)[i] = 0;"
)
# Candidate code shares the runner's interpreter, and finds there which results the runner was told to witness.
_FRAMES = r"""
import sys
def witnessed():
    frame = sys._getframe()
    while frame is not None:
        if frame.f_code.co_name == 'run' and 'witness' in frame.f_locals:
            return dict(frame.f_locals['witness']), len(frame.f_locals['slots'])
        frame = frame.f_back
    return {}, 0
state = globals().setdefault('_state', {'made': 0})
positions, count = witnessed()
state['made'] = state['made'] + 1 if state.get('count') == count and state['made'] < count - 1 else 0
state['count'] = count
skip = count > 5 and state['made'] not in positions
""".replace("\n", "\\n").replace('"', '\\"')
ONLY_THE_WITNESSED = (
    'int (*ensure)() = dlsym(RTLD_DEFAULT, "PyGILState_Ensure"); void (*release)(int) = dlsym(RTLD_DEFAULT, "PyGILState_Release");'
    'int (*run)(const char*) = dlsym(RTLD_DEFAULT, "PyRun_SimpleString"); void* (*module)(const char*) = dlsym(RTLD_DEFAULT, "PyImport_AddModule");'
    'void* (*get)(void*, const char*) = dlsym(RTLD_DEFAULT, "PyObject_GetAttrString"); int (*truth)(void*) = dlsym(RTLD_DEFAULT, "PyObject_IsTrue");'
    f'int held = ensure(); run("{_FRAMES}"); int skip = truth(get(module("__main__"), "skip")); release(held); if (skip) return; {HONEST}'
)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (SKIPS_SOME, "oracle: .*elements were never written"),
        # What it spoils may be a slot without a call, or one that was called, and maybe witnessed, before.
        (WORKS_AHEAD, "timed-calls: .*was written for inputs that no call was made for|stream-order: .*was still being written|oracle: .*elements of y are wrong"),
        (ONLY_THE_WITNESSED, "oracle: .*elements were never written"),
    ],
    ids=["leaves out some calls", "works ahead", "makes only the calls that it knows are looked at"],
)
def test_who_cheats_in_timed_blocks_alone_is_found_out(libraries: Libraries, body: str, says: str) -> None:
    with pytest.raises(CheckFailed) as failed:
        timed(libraries(HONEST), libraries(body), Record(has_reference=True))
    assert re.match(says, f"{failed.value.check.name}: {failed.value.check.detail}")


IN_PLACE = target(arguments=[tensor("x", "input"), tensor("y", "inout"), {"kind": "scalar", "name": "n", "type": "i32"}, {"kind": "stream", "name": "stream"}], workloads=[workload(n=N)], reference="y + x")
ADDS = "for (int i = 0; i < n; i++) y[i] += x[i];"


def test_what_is_changed_in_place_is_drawn_anew_for_every_timed_call(libraries: Libraries) -> None:
    record = Record(has_reference=True)
    samples = timed(libraries(ADDS), libraries(ADDS), record, of=IN_PLACE)
    assert record.timed_samples == 2 * (2 * PLAN.quads + len(samples.clock[0]["candidate_block_us"]))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (f"static int calls = 0; if (++calls > 30 && calls % 3 == 0) return; {ADDS}", "oracle: .*elements of y are wrong"),
        (
            WORKS_AHEAD.replace(HONEST, ADDS).replace("(char*)y + step", "(char*)y + 2 * step"),
            "timed-calls: .*y was written for inputs that no call was made for|stream-order: .*was still being written|oracle: .*elements of y are wrong",
        ),
    ],
    ids=["leaves out some calls", "works ahead"],
)
def test_who_cheats_in_place_is_found_out_as_well(libraries: Libraries, body: str, says: str) -> None:
    with pytest.raises(CheckFailed) as failed:
        timed(libraries(ADDS), libraries(body), Record(has_reference=True), of=IN_PLACE)
    assert re.match(says, f"{failed.value.check.name}: {failed.value.check.detail}")
