"""A built project in a process of the sandbox: its package imported, its benchmarks looked at, its tests run."""
