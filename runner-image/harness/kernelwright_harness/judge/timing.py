"""How fast is it? Interleaved blocks of baseline and candidate on one GPU, as raw samples: statistics and verdict are the orchestrator's.

Two clocks run. The runner's CUDA events time each call of a short block to a fraction of a percent, but live in a process that
candidate code can touch. The judge's own clock times whole blocks from outside; its constant share (the round trip, the copies) drops out of
the difference between long and short blocks, and that of the L2 flushes by timing flushes alone.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from kernelwright_harness.judge.bench import Bench, Block
from kernelwright_harness.judge.checks import Record, check_memory, check_order, check_outputs, check_untouched
from kernelwright_harness.judge.gpu_watch import GpuWatch

WARM_UP_CALLS = 5
_BLOCK_BUDGET_US = 20_000.0
_MAX_CALLS = 20
_MIN_CALLS = 3
_LONG_BLOCK_BUDGET_US = 40_000.0
_MAX_LONG_CALLS = 200
_COLD_CACHES = 4
"""How many times the L2's size the inputs of all slots must be, for none of a slot's to be left when its turn comes again."""
_FLUSH_US = 40.0
"""About what a flush adds to a call (H200: 30 to 40 µs); it only bounds the length of a block."""


@dataclass(frozen=True)
class Plan:
    rounds: int
    """Fresh pairs of processes: two processes with the same kernel stay up to 0.3 % apart for as long as they live."""
    quads: int
    """ABBA groups of blocks for each workload and round, timed by events."""
    clock_pairs: int
    """AB pairs of short and of long blocks for each workload and round, timed by the judge alone."""


PLANS = {"screen": Plan(rounds=1, quads=8, clock_pairs=2), "confirm": Plan(rounds=3, quads=20, clock_pairs=6)}


@dataclass(frozen=True)
class Samples:
    """Of one workload in one round, in the shape of the report."""

    groups: list[dict[str, Any]]
    clock: list[dict[str, Any]]


def time_workload(bench: Bench, plan: Plan, number: int, record: Record, watch: GpuWatch) -> Samples:
    """Measures one round, the `number`-th; after every block of the candidate two of its calls are checked: the last and a random one."""
    bench.redraw()
    calls, slowest_us = _calls_in_block(bench)
    groups: list[dict[str, Any]] = []
    while len(groups) < plan.quads:
        group = _abba(bench, calls, record)
        if (state := watch.look()) != "repeat":
            groups.append(group | {"round": number, "throttled": state == "throttled"})
    long = int(min(_MAX_LONG_CALLS, max(3 * calls, _LONG_BLOCK_BUDGET_US // (slowest_us + _FLUSH_US))))
    clock = [_clock(bench, n, plan.clock_pairs, record) | {"round": number} for n in (calls, long)]
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


def _clock(bench: Bench, calls: int, pairs: int, record: Record) -> dict[str, Any]:
    """Blocks of one length by the judge's clock, baseline, candidate and flushes alone in turns."""
    walls: dict[str, list[float]] = {"baseline_block_us": [], "candidate_block_us": [], "flush_block_us": []}
    # A flush between calls is done by the runner, and one that leaves it out, or works beside it, would look fast by both clocks. Where
    # the slots together are much larger than the cache, going round them keeps it cold by itself, and there is nothing to hide behind.
    flush = bench.bytes_read < _COLD_CACHES * bench.l2_bytes
    for _ in range(pairs):
        walls["baseline_block_us"].append(_baseline_block(bench, calls, flush).wall_us)
        walls["candidate_block_us"].append(_candidate_block(bench, calls, record, flush).wall_us)
        walls["flush_block_us"].append(bench.run_nothing(calls, flush).wall_us)
    return {"calls": calls, **walls}


def _baseline_block(bench: Bench, calls: int, flush: bool = True) -> Block:
    bench.redraw()
    order = bench.shuffled(calls)
    return bench.run_baseline(order, flush, keep=_to_keep(order))


def _candidate_block(bench: Bench, calls: int, record: Record, flush: bool = True) -> Block:
    bench.redraw()
    order = bench.shuffled(calls)
    block = bench.run_candidate(order, flush, keep=_to_keep(order))
    check_untouched(bench, set(order))
    for slot, outputs in block.kept.items():
        check_memory(bench, slot)
        check_order(bench, block, slot)
        bench.run_baseline([slot])
        check_outputs(bench, slot, outputs, record, poison=0xFF)
        record.timed_samples += 1
    return block


def _to_keep(order: list[int]) -> list[int]:
    """The slot of the last call, whose work is the likeliest to be put off, and a random one."""
    return [order[-1], secrets.choice([slot for slot in order if slot != order[-1]] or order)]


def _calls_in_block(bench: Bench) -> tuple[int, float]:
    """Both sides make the same number of calls; long kernels make fewer, so that a block stays near 20 ms. Also the slower one's time."""
    warm_up = bench.shuffled(WARM_UP_CALLS)
    slowest = max(bench.run_baseline(warm_up, flush=True).events_us, bench.run_candidate(warm_up, flush=True).events_us, 1.0)
    return int(min(_MAX_CALLS, max(_MIN_CALLS, _BLOCK_BUDGET_US // slowest))), slowest
