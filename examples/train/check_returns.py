"""Loads what `kernelwright export --format grpo` wrote, and computes its returns and advantages again, in another way.

The export adds up returns from the last turn of a chain to the first. Here a chain is a row of scores, and all returns are one product
with a matrix of discounts; chains are found from the turns that each turn was shown, and not from their order in the file. Means, standard
deviations and advantages are PyTorch's.

    python examples/train/check_returns.py grpo.jsonl

Needs torch and nothing else. Exits with 1 where a number differs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import torch

DISCOUNT = 0.4
EPSILON = 1e-4
TOLERANCE = 1e-9

FIELDS = ("id", "after", "group", "trajectory", "turn", "prompt", "completion", "score", "discounted_return", "advantage")

Line = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks the returns of an export against a second computation.")
    parser.add_argument("export", type=Path, help="what kernelwright export --format grpo wrote")
    lines = load(parser.parse_args().export)

    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[line["group"]].append(line)
    differences = [difference for group in groups.values() for difference in check_group(group)]
    for difference in differences:
        print(difference)
    if differences:
        return 1
    print(f"{len(lines)} turns of {len(groups)} tasks: returns, means, standard deviations and advantages agree")
    return 0


def load(path: Path) -> list[Line]:
    """One sample a line; a line that is no sample ends the program with its number."""
    lines: list[Line] = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            line = json.loads(text)
            missing = [name for name in FIELDS if name not in line]
            roles = [message["role"] for message in line["prompt"] + line["completion"]] if not missing else []
        except (ValueError, KeyError, TypeError) as error:
            sys.exit(f"{path}:{number} is no line of an export in the format grpo: {error!r}")
        if missing:
            sys.exit(f"{path}:{number} is no line of an export in the format grpo: it lacks {', '.join(missing)}")
        if roles[0] != "system" or roles[-2:] != ["user", "assistant"]:
            sys.exit(f"{path}:{number}: a conversation goes from system over user to assistant, and not {roles}")
        lines.append(line)
    if not lines:
        sys.exit(f"{path} holds no line")
    return lines


def check_group(group: list[Line]) -> list[str]:
    """What differs in the turns of one task."""
    expected = returns_of(group)
    returns = torch.tensor([expected[line["id"]] for line in group], dtype=torch.float64)
    mean = returns.mean()
    std = returns.std(correction=1) if len(group) > 1 else torch.zeros((), dtype=torch.float64)
    advantages = (returns - mean) / (std + EPSILON)

    differences: list[str] = []
    for line, value, advantage in zip(group, returns.tolist(), advantages.tolist(), strict=True):
        computed = {
            "discounted_return": value,
            "group_mean": mean.item(),
            "group_std": std.item(),
            "advantage": advantage,
            "group_size": len(group),
        }
        for name, number in computed.items():
            if abs(line[name] - number) > TOLERANCE * max(1.0, abs(number)):
                differences.append(f"{line['id']}: {name} is {line[name]}, and should be {number}")
    return differences


def returns_of(group: list[Line]) -> dict[str, float]:
    """The discounted return of each turn by its id."""
    by_id = {line["id"]: line for line in group}
    place = {line["id"]: (line["trajectory"], line["turn"]) for line in group}

    def is_next(line: Line) -> bool:
        """Whether it goes on from the turn before it in its own trajectory."""
        before = place.get(line["after"])
        return before == (line["trajectory"], line["turn"] - 1)

    followed_by = {line["after"]: line["id"] for line in group if is_next(line)}
    returns: dict[str, float] = {}
    for line in group:
        if is_next(line):
            continue
        chain = [line["id"]]
        while chain[-1] in followed_by:
            chain.append(followed_by[chain[-1]])
        scores = torch.tensor([by_id[turn]["score"] for turn in chain], dtype=torch.float64)
        # Entry (t, s) discounts the score of turn s as seen from turn t.
        steps = torch.arange(len(chain))
        ahead = steps[None, :] - steps[:, None]
        discounts = torch.where(ahead >= 0, torch.tensor(DISCOUNT, dtype=torch.float64) ** ahead.clamp(min=0), 0.0)
        returns.update(zip(chain, (discounts @ scores).tolist(), strict=True))
    return returns


if __name__ == "__main__":
    sys.exit(main())
