"""Which processes a sandbox has, and what they use, by /proc as seen from outside of it."""

import os
from collections.abc import Iterator

from kernelwright_harness.supervisor.settings import Settings


def descendants(root: int) -> Iterator[int]:
    """Everything below the process `root`, the nearest first, so that a sandbox's first process comes before what it started.

    Processes come and go meanwhile: whoever needs all of them asks again until there are none.
    """
    below = _children_by_task if os.path.exists(f"/proc/{root}/task/{root}/children") else _children_by_scan()
    row = [root]
    while row:
        row = [child for parent in row for child in below(parent)]
        yield from row


def _children_by_task(pid: int) -> list[int]:
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    return [int(child) for task in tasks for child in _read(f"/proc/{pid}/task/{task}/children").split()]


def _children_by_scan():  # noqa: ANN202
    """For kernels without CONFIG_PROC_CHILDREN."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (stat := _read(f"/proc/{name}/stat")):
            parent = int(stat[stat.rindex(b")") + 1 :].split()[1])
            children.setdefault(parent, []).append(int(name))
    return lambda pid: children.get(pid, [])


def exceeded(root: int, settings: Settings, thorough: bool) -> str | None:
    """A sentence without its full stop when the descendants of `root` use more than they may.

    `thorough` also looks at what takes longer to find: memory behind descriptors that nobody has mapped, and files in folders.
    """
    tasks = anonymous = shared = mapped = 0
    unlinked: dict[tuple[int, int], int] = {}
    for pid in descendants(root):
        process = _status(pid)
        tasks += process[0]
        anonymous += process[1]
        shared += process[2]
        mapped += process[3]
        if tasks > settings.processes:
            return TOO_MANY.format(settings.processes)
        if anonymous + shared + max(0, mapped - _LIBRARIES) > settings.memory_bytes:
            return too_much_memory(settings)
        if thorough:
            unlinked.update(_unlinked_files(pid))
    if not thorough:
        return None
    devices = {os.stat(folder).st_dev for folder in settings.folders if os.path.isdir(folder)}
    in_memory = sum(size for (device, _), size in unlinked.items() if device not in devices)
    # A file in memory can be mapped as well: it is not counted twice.
    if anonymous + max(shared, in_memory) > settings.memory_bytes:
        return too_much_memory(settings)
    return _files_exceeded(settings, sum(unlinked.values()) - in_memory)


_LIBRARIES = 8 << 30
"""Pages of mapped files up to this are taken for programs and libraries, which cost nothing twice: CUDA's and PyTorch's have some GiB. Beyond
it they count, since host pages of CUDA's managed memory look like pages of the device file."""

TOO_MANY = "it had more than {} processes and threads at a time"


def too_much_memory(settings: Settings) -> str:
    return f"it used more than {size_text(settings.memory_bytes)} of memory"


def size_text(size: int) -> str:
    """`16 GiB`, `64 MiB`, `1.5 GiB`."""
    number, unit = (size / (1 << 30), "GiB") if size >= 1 << 30 else (size / (1 << 20), "MiB")
    return f"{number:.3g} {unit}"


def _status(pid: int) -> tuple[int, int, int, int]:
    """Threads, and bytes of its own memory, of shared memory and of mapped files. Unlike `smaps`, this file takes no lock that the process could wait for."""
    values: dict[bytes, int] = {}
    for line in _read(f"/proc/{pid}/status").splitlines():
        name, _, value = line.partition(b":")
        if name in (b"Threads", b"RssAnon", b"RssShmem", b"RssFile"):
            values[name] = int(value.split()[0])
    anonymous, shared, mapped = (values.get(name, 0) << 10 for name in (b"RssAnon", b"RssShmem", b"RssFile"))
    return values.get(b"Threads", 0), anonymous, shared, mapped


def _unlinked_files(pid: int) -> dict[tuple[int, int], int]:
    """Open files without a name, `memfd` among them, by device and inode, with the bytes that they occupy."""
    found: dict[tuple[int, int], int] = {}
    try:
        names = os.listdir(f"/proc/{pid}/fd")
    except OSError:  # it has just ended
        return found
    for name in names:
        try:
            file = os.stat(f"/proc/{pid}/fd/{name}")
        except OSError:
            continue
        if file.st_nlink == 0 and file.st_mode & 0o170000 == 0o100000:
            found[file.st_dev, file.st_ino] = file.st_blocks * 512
    return found


def _files_exceeded(settings: Settings, used: int) -> str | None:
    count = 0
    waiting = list(settings.folders)
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    count += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        used += entry.stat(follow_symlinks=False).st_blocks * 512
                    if count > settings.files:
                        return f"it wrote more than {settings.files} files"
        except OSError:  # removed meanwhile
            continue
    return f"it wrote more than {size_text(settings.scratch_bytes)} of files" if used > settings.scratch_bytes else None


def _read(path: str) -> bytes:
    try:
        with open(path, "rb", 0) as file:
            return file.read()
    except OSError:  # it has just ended
        return b""
