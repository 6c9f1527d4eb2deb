"""Flags that judge, builder and doctor share."""

import argparse
from dataclasses import dataclass
from typing import Literal, cast

DeviceKind = Literal["cuda", "emulated"]


@dataclass(frozen=True)
class Options:
    sandbox: bool
    device: Literal["auto", "cuda", "emulated"]
    block_limit_s: float | None = None
    """How long one block of calls may take; None for the device's own limit."""


def parse_options(program: str, arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog=f"kernelwright_harness {program}")
    parser.add_argument("--sandbox", choices=["on", "off"], default="on")
    parser.add_argument("--device", choices=["auto", "cuda", "emulated"], default="auto")
    parser.add_argument("--block-limit", type=float, metavar="SECONDS", help="stop a kernel when a block of calls takes longer")
    parsed = parser.parse_args(arguments)
    return Options(sandbox=parsed.sandbox == "on", device=cast(Literal["auto", "cuda", "emulated"], parsed.device), block_limit_s=parsed.block_limit)
