"""A baseline whose results are rounded in float64 too, before the judge as a process."""

from pathlib import Path

from judge_client import JudgeClient, packed
from targets import raw_target, tensor, workload


def test_a_baseline_that_casts_its_result_by_name_is_the_oracle_itself(tmp_path: Path) -> None:
    source = packed(tmp_path, {"casts.py": "import torch\n\n\ndef casts(x):\n    return x.double().sin().to(torch.float32)\n"})
    target = raw_target(
        kind="function",
        source="casts.py",
        entry="casts",
        arguments=[tensor("x", "input"), tensor("y", "output")],
        workloads=[workload(n=100)],
        vary=[],
        reference=None,
    )
    judge = JudgeClient("--device", "emulated", "--block-limit", "6")
    try:
        reply, progress = judge.ask("measure", target=target, baseline=str(source), candidate=str(source), stage="screen")
    finally:
        judge.close()
    report = reply["result"]
    assert report["outcome"] == "measured", report["detail"]
    oracle = next(check["detail"] for check in report["checks"] if check["name"] == "oracle")
    assert "agree with the baseline's results (in float64 it fails at n=100: " in oracle
    assert "casts returned y as f32 of shape (100,) where the target has f64 of shape (100,): it casts to a type by name" in oracle
    assert " calls at 1 shape on normal" in oracle
    assert progress == ["checking the results at 1 shape"]
