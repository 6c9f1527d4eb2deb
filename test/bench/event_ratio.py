"""How much longer does one library's launcher take than another's? By CUDA events, in turns, with the L2 cache flushed before each call.

    python event_ratio.py FIRST.so SECOND.so ENTRY ELEMENTS CALLS

ENTRY is a launcher (const float* x, float* y, int n, cudaStream_t stream). Prints one line of JSON with the mean times, trimmed by a tenth
at each end, in microseconds, and their ratio, first over second.
"""

import ctypes
import json
import sys

import torch


def main(first: str, second: str, entry: str, elements: str, calls: str) -> None:
    count = int(elements)
    launchers = [getattr(ctypes.CDLL(path), entry) for path in (first, second)]
    x = torch.randn(count, device="cuda")
    y = torch.empty_like(x)
    flush = torch.empty(4 * torch.cuda.get_device_properties(0).L2_cache_size, dtype=torch.uint8, device="cuda")
    stream = ctypes.c_void_p(torch.cuda.current_stream().cuda_stream)
    times: list[list[float]] = [[], []]
    for number in range(int(calls)):
        # ABBA, in which a steady drift of the clocks cancels.
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            flush.fill_(number % 256)
            start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            start.record()
            launchers[which](ctypes.c_void_p(x.data_ptr()), ctypes.c_void_p(y.data_ptr()), ctypes.c_int(count), stream)
            end.record()
            torch.cuda.synchronize()
            times[which].append(start.elapsed_time(end) * 1000)
    means = [trimmed_mean(each) for each in times]
    print(json.dumps({"first_us": means[0], "second_us": means[1], "ratio": means[0] / means[1]}))


def trimmed_mean(samples: list[float]) -> float:
    ordered = sorted(samples)
    cut = len(ordered) // 10
    kept = ordered[cut : len(ordered) - cut]
    return sum(kept) / len(kept)


if __name__ == "__main__":
    main(*sys.argv[1:])
