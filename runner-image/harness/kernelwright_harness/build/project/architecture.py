"""For which architecture a source is compiled, where its `build.toml` lists compute capabilities."""

import re

from kernelwright_harness.build.project.description import Source


class Unbuildable(Exception):
    """It cannot be built here; the message is for whoever keeps the project."""


def architecture_for(source: Source, arch: str) -> str:
    """`sm_90a` where this GPU is an `sm_90` and `9.0a` is listed. Raises Unbuildable where the list has nothing that runs here."""
    if not source.capabilities:
        return arch
    here = _numbers(arch.partition("_")[2])
    listed = [capability.removesuffix("+PTX") for capability in source.capabilities]
    exact = [capability for capability in listed if _numbers(capability.replace(".", "")) == here]
    if exact:
        return f"sm_{max(exact, key=len).replace('.', '')}"
    # Code for an earlier one of the same generation runs on a later one, unless letters tie it to that.
    earlier = [c for c in listed if c[-1].isdigit() and c.partition(".")[0] == str(here // 10) and _numbers(c.replace(".", "")) < here]
    if earlier:
        return arch
    raise Unbuildable(f"{source.path} is for the compute capabilities {', '.join(source.capabilities)}, and the GPU here is {arch}")


def _numbers(text: str) -> int:
    found = re.match(r"\d+", text)
    return int(found.group()) if found else 0
