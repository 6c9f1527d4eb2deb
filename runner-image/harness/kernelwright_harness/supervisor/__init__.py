"""The process between the harness and a sandbox: it holds the sandbox to its limits and leaves nothing of it behind.

It is a process of its own, and not a thread of the judge, because the judge's clock runs while a sandbox is watched and drained. It is
started for each sandbox, so its modules import next to nothing: it is ready in some 20 ms.
"""
