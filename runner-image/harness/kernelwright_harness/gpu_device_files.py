"""Which files below /dev a sandbox needs for CUDA: those of one GPU, where it is known which, and those that all GPUs share.

The GPU is the one that `CUDA_VISIBLE_DEVICES` names by its UUID. The variable alone would hide the others only from who wants to see the
same, and candidate code could have another GPU do a part of the work, or disturb whoever measures there.
"""

import glob
import os
import re
from functools import cache

_DEVICES = "/dev"
_GPUS = "/proc/driver/nvidia/gpus"


def gpu_device_files() -> list[str]:
    """All GPUs' where the variable names none by a UUID that the driver knows (a number depends on which files there are, and a part of a GPU has more)."""
    files = [path for path in sorted(glob.glob(f"{_DEVICES}/nvidia*")) if not os.path.isdir(path)]
    own = f"{_DEVICES}/nvidia{_minor_of(os.environ.get('CUDA_VISIBLE_DEVICES', ''))}"
    if own not in files:
        return files
    return [path for path in files if path == own or not re.fullmatch(r"nvidia\d+", os.path.basename(path))]


def show_only(uuid: str) -> None:
    """From now on whatever this process starts sees this GPU alone, if the driver lists it. A part of a GPU (MIG) stays as it was named."""
    if os.environ.get("CUDA_VISIBLE_DEVICES", "").startswith("MIG-"):
        return
    name = driver_name(uuid)
    if _minor_of(name) is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = name


def driver_name(uuid: str) -> str:
    """A GPU's UUID as the driver writes it: PyTorch leaves out what it begins with."""
    return uuid if uuid.startswith("GPU-") else f"GPU-{uuid}"


@cache
def _minor_of(uuid: str) -> int | None:
    """The number of its file below /dev."""
    for path in glob.glob(f"{_GPUS}/*/information"):
        try:
            with open(path) as file:
                told = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in file)}
        except OSError:  # a GPU that has just gone
            continue
        if told.get("GPU UUID") == uuid and told.get("Device Minor", "").isdigit():
            return int(told["Device Minor"])
    return None
