"""The judge as a process, end to end: every kind of candidate, on the emulated device and, where there is one, on a GPU."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cases import CASES, KERNELS, Case
from judge_client import JudgeClient, build, remaining_processes
from targets import raw_target, workload

# Long enough to start a process on a machine with other work, and CUDA in it; short enough to wait for in a test.
_BLOCK_LIMIT_S = {"emulated": 5, "cuda": 12}


@dataclass(frozen=True)
class Court:
    device: str
    judge: JudgeClient
    folder: Path
    baseline: str
    candidates: str

    def leftovers(self) -> list[str]:
        """Processes that still run something that was built here."""
        return remaining_processes(str(self.folder))


@pytest.fixture(scope="module", params=["emulated", pytest.param("cuda", marks=pytest.mark.gpu)])
def court(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    device: str = request.param
    folder = tmp_path_factory.mktemp(f"court-{device}")
    judge = JudgeClient("--device", device, "--block-limit", str(_BLOCK_LIMIT_S[device]))
    hello, _ = judge.ask("hello")
    arch: str = hello["result"]["device"]["arch"]
    libraries: list[str] = []
    for name in ("baseline", "candidates"):
        built = build(folder / name, KERNELS / f"{name}.cu", device, arch)
        assert built["outcome"] == "built", built["log"]
        libraries.append(built["library"])
    yield Court(device, judge, folder, *libraries)
    judge.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_judge_says_of(case: Case, court: Court) -> None:
    report = court.judge.measure(case.target(), court.baseline, court.candidates)
    expected = case.expected(court.device)
    assert report["outcome"] == expected.outcome, f"{report['detail']}\n{report['log']}"
    assert re.search(expected.detail, report["detail"]), report["detail"]
    assert re.search(expected.log, report["log"]), report["log"]
    assert len(report["log"]) <= 32 * 1024
    deadline = time.monotonic() + 10  # the judge does not wait for the end of those that did all that they were asked
    while court.leftovers() != []:
        assert time.monotonic() < deadline, court.leftovers()
        time.sleep(0.02)
    hello, _ = court.judge.ask("hello")
    assert hello["result"]["device"]["kind"] == court.device


def test_a_measurement_lists_its_checks_and_says_what_it_does(court: Court) -> None:
    target = raw_target(vary=[workload(n=1), workload(n=7)])
    reply, progress = court.judge.ask("measure", target=target, baseline=court.baseline, candidate=court.candidates, stage="screen")
    assert progress and progress[0].startswith("checking")
    checks = {check["name"]: check for check in reply["result"]["checks"]}
    assert {"oracle", "determinism", "inputs-unchanged", "guard-bands"} <= {name for name, check in checks.items() if check["status"] == "passed"}
    assert "at 3 shapes on normal, large, tiny, constant, one-hot, sorted inputs agree with the float64 reference" in checks["oracle"]["detail"]
    assert ("timing" in checks) == (court.device == "emulated")


def test_a_failed_check_is_listed_beside_those_that_held(court: Court) -> None:
    target = raw_target(entry="forgets_the_tail", vary=[workload(n=8), workload(n=7)])
    checks = court.judge.measure(target, court.baseline, court.candidates)["checks"]
    statuses = [(check["name"], check["status"]) for check in checks if check["status"] != "skipped"]
    assert sorted(statuses) == [("determinism", "passed"), ("guard-bands", "passed"), ("inputs-unchanged", "passed"), ("oracle", "failed"), ("stream-order", "passed")]


def test_a_broken_protocol_is_a_failed_check(court: Court) -> None:
    checks = court.judge.measure(raw_target(entry="forges_answers"), court.baseline, court.candidates)["checks"]
    assert [(check["name"], check["status"]) for check in checks if check["status"] == "failed"] == [("protocol", "failed")]


def test_a_library_that_is_none_cannot_be_loaded(court: Court, tmp_path: Path) -> None:
    junk = tmp_path / "junk.so"
    junk.write_text("no library")
    report = court.judge.measure(raw_target(), court.baseline, str(junk))
    assert (report["outcome"], "invalid ELF header" in report["log"] or "file too short" in report["log"]) == ("load-failed", True)


def test_a_method_that_is_none_is_an_error_and_not_the_end(court: Court) -> None:
    reply, _ = court.judge.ask("sing")
    assert "unknown method 'sing'" in reply["error"]
    assert "result" in court.judge.ask("hello")[0]


@pytest.mark.gpu
@pytest.mark.parametrize("court", ["cuda"], indirect=True)
@pytest.mark.parametrize(("stage", "groups"), [("screen", 8), ("confirm", 60)])
def test_a_gpu_times_every_workload_in_groups_of_four_blocks(court: Court, stage: str, groups: int) -> None:
    target = raw_target(workloads=[workload(n=1 << 22), workload(n=1000)])
    report = court.judge.measure(target, court.baseline, court.candidates, stage)
    assert report["outcome"] == "measured", report["detail"]
    assert [timed["name"] for timed in report["workloads"]] == ["n=4194304", "n=1000"]
    for timed in report["workloads"]:
        assert len(timed["groups"]) == groups
        for group in timed["groups"]:
            assert all(len(group[kind]) == 2 and min(group[kind]) > 0 for kind in ("baseline_us", "candidate_us", "baseline_block_us", "candidate_block_us"))


@pytest.mark.gpu
@pytest.mark.parametrize("court", ["cuda"], indirect=True)
def test_what_another_judge_has_on_the_gpu_is_held_against_no_candidate(court: Court) -> None:
    def outcomes(judge: JudgeClient, *entries: str) -> list[str]:
        return [judge.measure(raw_target(entry=entry), court.baseline, court.candidates)["outcome"] for entry in entries]

    assert outcomes(court.judge, "exits", "right", "right") == ["crashed", "measured", "measured"]
    other = JudgeClient("--device", "cuda", "--block-limit", str(_BLOCK_LIMIT_S["cuda"]))
    try:
        assert outcomes(other, "right", "right") == ["measured", "measured"]
        time.sleep(2)  # in which runners that wait would open the GPU
        assert outcomes(court.judge, "exits", "right") == ["crashed", "measured"]
        assert outcomes(other, "exits", "right") == ["crashed", "measured"]
    finally:
        other.close()
    assert outcomes(court.judge, "right", "exits") == ["measured", "crashed"]


def test_without_a_device_the_judge_says_what_to_do() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    judge = JudgeClient("--device", "cuda")
    reply, _ = judge.ask("hello")
    judge.close()
    assert "no CUDA device" in reply["error"] and "choose the device emulated" in reply["error"]
