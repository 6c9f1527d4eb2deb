"""How fast is it? Interleaved blocks of baseline and candidate on one GPU, as raw samples: statistics and verdict are the orchestrator's."""

import secrets
from dataclasses import dataclass
from typing import Any

from kernelwright_harness.judge.bench import Bench
from kernelwright_harness.judge.checks import Record, check_memory, check_outputs
from kernelwright_harness.judge.runner_process import Timing

WARM_UP_CALLS = 5
_BLOCK_BUDGET_US = 20_000.0
_MAX_CALLS = 20
_MIN_CALLS = 3


@dataclass(frozen=True)
class Plan:
    rounds: int
    """Fresh pairs of processes: two processes with the same kernel stay up to 0.3 % apart for as long as they live."""
    quads: int
    """ABBA groups of blocks for each workload and round."""


PLANS = {"screen": Plan(rounds=1, quads=8), "confirm": Plan(rounds=3, quads=20)}


def time_workload(bench: Bench, quads: int, record: Record) -> list[dict[str, Any]]:
    """Measures ABBA groups; after every block of the candidate one of its calls, chosen at random, is checked.

    Returns one entry a group: the events' median time of a call and the judge's own time of a block, for each of the four blocks.
    """
    bench.redraw()
    calls = _calls_in_block(bench)
    groups: list[dict[str, Any]] = []
    for _ in range(quads):
        baseline: list[Timing] = []
        candidate: list[Timing] = []
        for who in "ABBA":
            bench.redraw()
            order = bench.shuffled(calls)
            if who == "A":
                baseline.append(bench.run_baseline(order, flush=True))
            else:
                candidate.append(bench.run_candidate(order, flush=True))
                _check_sample(bench, secrets.choice(order), record)
        groups.append(
            {
                "calls": calls,
                "baseline_us": [t.events_us for t in baseline],
                "candidate_us": [t.events_us for t in candidate],
                "baseline_block_us": [t.wall_us for t in baseline],
                "candidate_block_us": [t.wall_us for t in candidate],
            }
        )
    return groups


def _calls_in_block(bench: Bench) -> int:
    """Both sides make the same number of calls; long kernels make fewer, so that a block stays near 20 ms."""
    warm_up = bench.shuffled(WARM_UP_CALLS)
    slowest = max(bench.run_baseline(warm_up, flush=True).events_us, bench.run_candidate(warm_up, flush=True).events_us, 1.0)
    return int(min(_MAX_CALLS, max(_MIN_CALLS, _BLOCK_BUDGET_US // slowest)))


def _check_sample(bench: Bench, slot: int, record: Record) -> None:
    check_memory(bench, slot)
    bench.run_baseline([slot])
    check_outputs(bench, slot, record, poison=0xFF)
    record.timed_samples += 1
