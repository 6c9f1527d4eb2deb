from targets import target

from kernelwright_harness.judge.explain import explained
from kernelwright_harness.judge.python_fault import find_exception
from kernelwright_harness.judge.runner_process import Failure, RunnerFailed

_LOG = """a warning
Traceback (most recent call last):
  File "layers/mlp.py", line 12, in forward
    return self.inner(x)
           ^^^^^^^^^^^^^
  File "/usr/lib/python3/torch/nn/modules/module.py", line 1751, in _wrapped_call_impl
  File "layers/mlp.py", line 40, in inner
    raise ValueError("no")
ValueError: no
and more of it
"""


def test_the_exception_and_the_innermost_place_in_the_targets_file() -> None:
    assert find_exception(_LOG, "layers/mlp.py") == "ValueError: no (layers/mlp.py:40)"


def test_the_last_of_several_tracebacks_counts() -> None:
    later = 'Traceback (most recent call last):\n  File "layers/mlp.py", line 3, in <module>\nNameError: x\n'
    assert find_exception(_LOG + later, "layers/mlp.py") == "NameError: x (layers/mlp.py:3)"


def test_without_a_traceback_the_last_line_counts() -> None:
    assert find_exception("one\nM returned 2 values\n\n", "m.py") == "M returned 2 values"
    assert find_exception("\n", "m.py") is None


def test_what_would_be_markup_is_taken_out_and_length_bounded() -> None:
    assert find_exception("see [this](http://x) `now` \x1b[31m", "m.py") == "see this (http://x) now 31m"
    assert len(find_exception("x" * 100_000, "m.py") or "") <= 400


def failure(outcome: Failure, log: str) -> RunnerFailed:
    return RunnerFailed(outcome, "what the judge saw", log)


def test_a_python_failure_is_told_in_pythons_words() -> None:
    module = target(kind="module", source="layers/mlp.py")
    assert explained(failure("crashed", _LOG), module) == "what the judge saw: ValueError: no (layers/mlp.py:40)"
    assert explained(failure("load-failed", _LOG), module) == "ValueError: no (layers/mlp.py:40)"
    assert explained(failure("timed-out", _LOG), module) == "what the judge saw"
    assert explained(failure("crashed", ""), module) == "what the judge saw"


def test_a_launchers_log_is_not_searched_for_tracebacks() -> None:
    assert explained(failure("crashed", _LOG), target(source="layers/mlp.py")) == "what the judge saw"
