"""Runs under AddressSanitizer: loads libraries, calls launchers on arrays, and answers with what they wrote.

Each array lives in a shared mapping between poisoned bands, as the tensors of a real runner do.
"""

from __future__ import annotations

import ctypes
import mmap
import pickle
import sys
from typing import Any

import numpy as np

BAND = 4096


def main() -> None:
    libraries: dict[str, ctypes.CDLL] = {}
    poison = ctypes.CDLL(None).__asan_poison_memory_region
    poison.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    unpoison = ctypes.CDLL(None).__asan_unpoison_memory_region
    unpoison.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    while True:
        try:
            path, function, arguments = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        library = libraries.setdefault(path, ctypes.CDLL(path))
        mappings: list[tuple[mmap.mmap, int, np.ndarray[Any, Any]]] = []
        passed: list[Any] = []
        for argument in arguments:
            if isinstance(argument, np.ndarray):
                mapping = mmap.mmap(-1, argument.nbytes + 2 * BAND)
                mapping[BAND : BAND + argument.nbytes] = argument.tobytes()
                address = ctypes.addressof(ctypes.c_char.from_buffer(mapping))
                poison(address, BAND)
                poison(address + BAND + argument.nbytes, BAND)
                mappings.append((mapping, address, argument))
                passed.append(ctypes.c_void_p(address + BAND))
            else:
                passed.append(ctypes.c_float(argument) if isinstance(argument, float) else argument)
        status = getattr(library, function)(*passed)
        results: list[np.ndarray[Any, Any]] = []
        for mapping, address, argument in mappings:
            unpoison(address, argument.nbytes + 2 * BAND)
            data = mapping[BAND : BAND + argument.nbytes]
            results.append(np.frombuffer(data, dtype=argument.dtype).reshape(argument.shape))
        pickle.dump((status, results), sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
