"""How fast is it? Interleaved blocks of baseline and candidate on one GPU, as raw samples: statistics and verdict are the orchestrator's.

Two clocks run. The runner's CUDA events time each call of a block to a fraction of a percent, but live in a process that candidate code
can touch. The judge's own clock times whole blocks from outside. No call of a block repeats another, since the second of two equal calls
could be left out; and the time that handing over, asking and answering take by themselves is that of blocks without a call.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from kernelwright_harness.judge.bench import IDLE_CALLS, Bench, Block
from kernelwright_harness.judge.checks import Record, check_memory, check_order, check_outputs, check_untouched, needs_baseline
from kernelwright_harness.judge.gpu_watch import GpuWatch

WARM_UP_CALLS = 5
_BLOCK_BUDGET_US = 20_000.0
_MAX_CALLS = 20
_MIN_CALLS = 3
_BLOCK_JITTER_US = 140.0
"""About how far two blocks of the same calls differ by the judge's clock, which changes between processes make (H200)."""
_CLOCKED_PRECISION = 0.004
"""The standard error that the mean of all such differences should have, as a share of a call."""
_FEWEST_CLOCKED_BLOCKS, _MOST_CLOCKED_BLOCKS = 8, 48
_IDLE_SHARE = 6
"""One slot in so many gets no call in a block: a candidate that works ahead of the calls works for those too, and is seen to."""
_UNANNOUNCED = 1
"""Calls of a block whose results are checked without the runner having been told of them. One that leaves out one call in twenty is found
by each block with a chance of one in eighteen, and a candidate goes through more than a hundred before it is called faster."""


@dataclass(frozen=True)
class Plan:
    rounds: int
    """Fresh pairs of processes: two processes with the same kernel stay up to 0.3 % apart for as long as they live."""
    quads: int
    """ABBA groups of blocks for each workload and round, timed by events."""
    clocked: bool
    """Whether the judge times blocks of its own; else it has only those that the events time too."""


PLANS = {
    "alone": Plan(rounds=1, quads=8, clocked=True),
    "screen": Plan(rounds=1, quads=8, clocked=False),
    "confirm": Plan(rounds=3, quads=20, clocked=True),
}
"""`alone`: the baseline against itself, before there is any candidate; both clocks' times of it are what it is held to later."""


@dataclass(frozen=True)
class Samples:
    """Of one workload in one round, in the shape of the report."""

    groups: list[dict[str, Any]]
    clock: list[dict[str, Any]]


def time_workload(bench: Bench, plan: Plan, number: int, record: Record, watch: GpuWatch) -> Samples:
    """Measures one round, the `number`-th; after every block of the candidate some of its calls are checked."""
    bench.redraw(range(bench.slots))
    bench.poison(0xFF)
    calls, slowest_us = _calls_in_block(bench)
    groups: list[dict[str, Any]] = []
    while len(groups) < plan.quads:
        group = _abba(bench, calls, record)
        if (state := watch.look()) != "repeat":
            groups.append(group | {"round": number, "throttled": state == "throttled"})
    clock = [_clocked(bench, record, plan.rounds, slowest_us) | {"round": number}] if plan.clocked else []
    return Samples(groups, clock)


def _abba(bench: Bench, calls: int, record: Record) -> dict[str, Any]:
    """One group: the events' median time of a call and the judge's own time of a block, for each of the four blocks."""
    baseline: list[Block] = []
    candidate: list[Block] = []
    for who in "ABBA":
        if who == "A":
            baseline.append(_baseline_block(bench, calls))
        else:
            candidate.append(_candidate_block(bench, calls, record))
    return {
        "calls": calls,
        "baseline_us": [b.events_us for b in baseline],
        "candidate_us": [b.events_us for b in candidate],
        "baseline_block_us": [b.wall_us for b in baseline],
        "candidate_block_us": [b.wall_us for b in candidate],
    }


def _clocked(bench: Bench, record: Record, rounds: int, call_us: float) -> dict[str, Any]:
    """Blocks by the judge's clock, in turns whose order changes. Without flushes, which are the runner's work and could be left out: the
    slots of all but tiny workloads are together far larger than the cache, so that it is cold at each call."""
    calls = _most_calls(bench)
    wanted = (_BLOCK_JITTER_US / (calls * call_us * _CLOCKED_PRECISION)) ** 2 / rounds
    walls: dict[str, list[float]] = {"baseline": [], "candidate": [], "nothing": []} | ({"idle": []} if bench.copies_results else {})
    turns = list(walls)
    for _ in range(int(min(_MOST_CLOCKED_BLOCKS, max(_FEWEST_CLOCKED_BLOCKS, wanted)))):
        secrets.SystemRandom().shuffle(turns)
        for turn in turns:
            match turn:
                case "baseline":
                    block = _baseline_block(bench, calls, flush=False)
                case "candidate":
                    block = _candidate_block(bench, calls, record, flush=False)
                case "nothing":
                    block = _nothing_block(bench, calls)
                case _:
                    block = _nothing_block(bench)
            walls[turn].append(block.wall_us)
    return {"calls": calls, "idle_calls": IDLE_CALLS} | {f"{turn}_block_us": times for turn, times in walls.items()}


def _baseline_block(bench: Bench, calls: int, flush: bool = True) -> Block:
    order = _drawn_anew(bench, calls)
    return bench.run_baseline(order, flush, witness=_to_witness(order), unannounced=_UNANNOUNCED)


def _nothing_block(bench: Bench, calls: int = 0) -> Block:
    _drawn_anew(bench, _most_calls(bench))
    return bench.run_nothing(calls)


def _drawn_anew(bench: Bench, calls: int) -> list[int]:
    """The slots of a block, with new inputs. A candidate must not know them; the other blocks get them too, because a process that has waited
    for some milliseconds meanwhile takes 0.1 to 0.3 ms longer for its block (H200), and all must have waited alike."""
    order = bench.shuffled(calls)
    bench.redraw(order)
    bench.poison(0xFF, both=False)
    return order


def _candidate_block(bench: Bench, calls: int, record: Record, flush: bool = True) -> Block:
    order = _drawn_anew(bench, calls)
    block = bench.run_candidate(order, flush, witness=_to_witness(order), unannounced=_UNANNOUNCED)
    check_untouched(bench, set(order))
    for slot in block.witnessed:
        check_order(bench, block, slot)
    checked = [order[-1], *(slot for slot in block.kept if slot not in block.witnessed)]
    with_baseline = needs_baseline(bench, record)
    if with_baseline:
        bench.run_baseline(checked)
    for slot in checked:
        check_memory(bench, slot)
        check_outputs(bench, slot, block.kept[slot], record, poison=0xFF, with_baseline=with_baseline)
        record.timed_samples += 1
    return block


def _to_witness(order: list[int]) -> list[int]:
    """The slot of the last call, whose work is the likeliest to be put off, and a random one."""
    return [order[-1], *secrets.SystemRandom().sample(order[:-1], min(1, len(order) - 1))]


def _calls_in_block(bench: Bench) -> tuple[int, float]:
    """Both sides make the same number of calls, each for inputs of its own; long kernels make fewer, so that a block stays near 20 ms. Also
    the slower side's time of a call."""
    warm_up = bench.shuffled(min(WARM_UP_CALLS, bench.slots))
    slowest = max(bench.run_baseline(warm_up, flush=True).events_us, bench.run_candidate(warm_up, flush=True).events_us, 1.0)
    return int(min(_MAX_CALLS, _most_calls(bench), max(_MIN_CALLS, _BLOCK_BUDGET_US // slowest))), slowest


def _most_calls(bench: Bench) -> int:
    """Of one block: one for each slot but the idle ones."""
    return max(1, bench.slots - -(-bench.slots // _IDLE_SHARE))
