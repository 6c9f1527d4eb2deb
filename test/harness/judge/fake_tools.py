"""Programs that stand in for compute-sanitizer and ncu: they replay what a test tells them to, inside the real sandbox."""

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

REPORTS = Path(__file__).parent / "reports"
"""What the tools of CUDA 13.0 (compute-sanitizer 2025.3, ncu 2025.3) wrote on an H200 about `kernels/watched.cu`; builds' paths are changed, repeated
records and columns that nobody reads are cut."""

_PROGRAM = """#!{python}
import json, os, sys, time
from pathlib import Path
asked = json.loads(Path(sys.argv[-1]).read_text())
arguments = sys.argv[1:]
name = arguments[arguments.index("--tool") + 1] if "--tool" in arguments else "ncu"
answers = json.loads(Path(__file__).with_name("answers.json").read_text())
for key in (Path(asked["library"]).stem + "/" + name, name, "*"):
    if key in answers: break
answer = answers[key]
if len(asked["shapes"]) > answer["slow_above"]: time.sleep(60)
target = Path(arguments[arguments.index("--save" if "--save" in arguments else "--log-file") + 1])
if answer["log"] is not None: Path(arguments[arguments.index("--log-file") + 1]).write_text(answer["log"])
if answer["link_to"] is not None: target.symlink_to(answer["link_to"])
elif answer["fifo"]: os.mkfifo(target)
elif answer["report"] is not None: target.write_text(answer["report"])
if answer["finished"]: Path(asked["finished"]).write_text(asked["token"] if answer["finished"] == "honest" else "forged")
sys.exit(answer["status"])
"""


@dataclass(frozen=True)
class Answer:
    report: str | None = None
    status: int = 0
    finished: str = "honest"
    """`honest`, `forged`, or empty for a process that did not come so far."""
    log: str | None = None
    slow_above: int = 99
    """It hangs when it is asked for more shapes than this."""
    link_to: str | None = None
    fifo: bool = False


def recorded(name: str, status: int = 0, finished: str = "honest") -> Answer:
    return Answer((REPORTS / name).read_text(), status, finished)


def install(program: str, folder: Path, answers: dict[str, Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts `program` ahead on the PATH. Keys are `library/tool`, a tool or `*`."""
    folder.mkdir(exist_ok=True)
    path = folder / program
    path.write_text(_PROGRAM.format(python=sys.executable))
    path.chmod(0o755)
    (folder / "answers.json").write_text(json.dumps({key: asdict(answer) for key, answer in answers.items()}))
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
