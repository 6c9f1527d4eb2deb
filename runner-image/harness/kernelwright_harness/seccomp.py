"""The system calls that nothing in a sandbox needs, as a filter for `bwrap --seccomp`.

The namespaces and the dropped capabilities already take the sense out of most of them. The filter closes what those leave open: kernel
keyrings, which no namespace hides; sockets to the hypervisor (`AF_VSOCK`), which belong to no network namespace; nested user namespaces,
in which a process would have capabilities again; reading and writing other processes' memory; large and young parts of the kernel
(io_uring, bpf, userfaultfd) with a history of holes; and memory that the supervisor could not see (System V segments, `memfd_secret`,
descriptors of a process that hides them by `PR_SET_DUMPABLE`). It is a list of refusals and not of permissions, since the NVIDIA driver,
compilers and PyTorch must work with it in versions to come. Refusals are errors (EPERM), not signals, for programs that have another way.

A filter's common decisions depend on the call's number alone, which the kernel remembers as a bitmap (Linux 5.11): read, write, ioctl and
mmap cost nothing more than without it.
"""

import os
import struct

_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97

# name: (x86-64, aarch64), from the kernel's own tables. None where there is no such call.
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    # the kernel itself
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "syslog": (103, 116),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    # namespaces and mounts
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "setns": (308, 268),
    "unshare": (272, 97),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    # keyrings
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    # the machine
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "vhangup": (153, 58),
    # memory that belongs to no process
    "shmget": (29, 194),
    "memfd_secret": (447, 447),
}
_OF_TRACERS = ("ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "process_madvise", "perf_event_open")
"""What debuggers and profilers may do to processes in the same sandbox."""

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SOCKET, _CLONE, _CLONE3, _PRCTL = (41, 198), (56, 220), (435, 435), (157, 167)
_FAMILIES = (1, 2, 10, 16)
"""UNIX, INET, INET6 and NETLINK: all of them end at the sandbox's own network namespace."""
_NEW_NAMESPACES = 0x7E020000
_PR_SET_DUMPABLE = 4
_X32 = 0x40000000

# Classic BPF: what is loaded from `struct seccomp_data`, compared and returned.
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000


def filter_for(machine: str, tracing: bool = False) -> bytes | None:
    """The program for `os.uname().machine`; None for an architecture that has no CUDA and no table here."""
    if machine not in _AUDIT_ARCH:
        return None
    column = 0 if machine == "x86_64" else 1
    # Calls of another architecture (32-bit ones on x86-64) have other numbers: none of them is needed.
    program = [_of(_LOAD, _ARCHITECTURE), _of(_JUMP_EQUAL, _AUDIT_ARCH[machine], 1, 0), _of(_RETURN, _ERROR | _ENOSYS), _of(_LOAD, _NUMBER)]
    if machine == "x86_64":
        program += [_of(_JUMP_AT_LEAST, _X32, 0, 1), _of(_RETURN, _ERROR | _ENOSYS)]
    for name, numbers in _REFUSED.items():
        number = numbers[column]
        if number is not None and not (tracing and name in _OF_TRACERS):
            program += [_of(_JUMP_EQUAL, number, 0, 1), _of(_RETURN, _ERROR | _EPERM)]
    # The flags of clone3 lie in memory, out of a filter's reach; the C library falls back to clone when told that there is no such call.
    program += [_of(_JUMP_EQUAL, _CLONE3[column], 0, 1), _of(_RETURN, _ERROR | _ENOSYS)]
    program += [_of(_JUMP_EQUAL, _CLONE[column], 0, 4), _of(_LOAD, _FIRST_ARGUMENT), _of(_JUMP_ANY_BIT, _NEW_NAMESPACES, 0, 1), _of(_RETURN, _ERROR | _EPERM), _of(_RETURN, _ALLOW)]
    program += [_of(_JUMP_EQUAL, _PRCTL[column], 0, 4), _of(_LOAD, _FIRST_ARGUMENT), _of(_JUMP_EQUAL, _PR_SET_DUMPABLE, 0, 1), _of(_RETURN, _ERROR | _EPERM), _of(_RETURN, _ALLOW)]
    families = [_of(_JUMP_EQUAL, family, len(_FAMILIES) - at, 0) for at, family in enumerate(_FAMILIES)]
    program += [_of(_JUMP_EQUAL, _SOCKET[column], 0, len(families) + 2), _of(_LOAD, _FIRST_ARGUMENT), *families, _of(_RETURN, _ERROR | _EAFNOSUPPORT)]
    return b"".join([*program, _of(_RETURN, _ALLOW)])


def filter_file(profile: str) -> int:
    """A descriptor from which bwrap can read the filter `plain` or `tracing` for this machine, from its beginning."""
    program = filter_for(os.uname().machine, tracing=profile == "tracing")
    if program is None:
        raise OSError(f"there is no system call filter for {os.uname().machine}")
    fd = os.memfd_create("seccomp", 0)
    os.write(fd, program)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def _of(code: int, value: int, when_true: int = 0, when_false: int = 0) -> bytes:
    """One instruction, a `struct sock_filter`."""
    return struct.pack("=HBBI", code, when_true, when_false, value)
