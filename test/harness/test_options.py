import pytest

from kernelwright_harness.options import Options, parse_options


def test_the_sandbox_is_on_and_the_device_is_found_unless_said_otherwise() -> None:
    assert parse_options("judge", []) == Options(sandbox=True, device="auto", block_limit_s=None)


def test_flags_are_read() -> None:
    asked = ["--sandbox", "off", "--device", "emulated", "--block-limit", "2.5"]
    assert parse_options("judge", asked) == Options(sandbox=False, device="emulated", block_limit_s=2.5)


@pytest.mark.parametrize("wrong", [["--sandbox", "maybe"], ["--device", "tpu"], ["--block-limit", "soon"], ["--fast"]])
def test_unknown_flags_end_the_program_with_the_status_for_usage(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options("judge", wrong)
    assert ended.value.code == 2
    assert "kernelwright_harness judge" in capsys.readouterr().err
