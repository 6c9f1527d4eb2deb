"""What the parser may take for a file that may follow the convention, and what is said of one that needs more."""

FILE_S = 5
FILE_BYTES = 1 << 30
UNFINISHED = f"Python that can be parsed within {FILE_S} s and {FILE_BYTES >> 20} MiB"
ALL_S = 120.0
"""For all files of a run: those behind that are not finished either."""
