"""`python -m kernelwright_harness build`: builds one implementation; the request is JSON on standard input, the answer JSON on standard output.

Request: `{"device": "cuda" | "emulated", "arch": "sm_90", "directory": PATH, "source": PATH, "files": [{"path", "content"}]}`, with an existing
empty folder; where the target has them its build options: `"options": {"sources", "include", "flags", "architectures"}`; and for a kernel-builder
project `"project"` (`project/description.py`). Answer: `{"outcome": "built" | "failed" | "unavailable", "library": PATH | null, "log": TEXT, "seconds":
NUMBER, "cached": true | false, "architectures": [TEXT], "failed_arch": TEXT | null}`. `architectures` are those that a library stands for where the
options can ask for some, `failed_arch` the one that it did not compile for where that is not the device's own. The library of a `.py` source is a file that
holds all of `files`, that of a project one that holds its package.
"""

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from kernelwright_harness.build.build_options import BuildOptions, parse_build_options
from kernelwright_harness.build.cache import BuildCache, open_cache
from kernelwright_harness.build.compile import build, compiled_for
from kernelwright_harness.build.job import Build, Job
from kernelwright_harness.build.key import build_key
from kernelwright_harness.build.project.description import parse_project
from kernelwright_harness.options import DeviceKind, parse_options
from kernelwright_harness.target_files import write_files


def main(arguments: list[str]) -> int:
    options = parse_options("build", arguments)
    request = json.load(sys.stdin)
    directory = Path(request["directory"]).resolve()
    write_files(directory, request["files"])
    others = tuple(file["path"] for file in request["files"] if file["path"] != request["source"])
    asked = parse_build_options(request["options"]) if "options" in request else BuildOptions()
    job = Job(directory, request["source"], asked.measured(request["arch"]), options.sandbox, others=others, options=asked)
    if (project := request.get("project")) is not None:
        from kernelwright_harness.build.project.build import build_project

        result = build_project(job, parse_project(project), request["device"], request["files"], open_cache(os.environ))
    else:
        result = build_or_recall(job, request["device"], request["files"], None if job.is_python else open_cache(os.environ))
    json.dump({
        "outcome": result.outcome,
        "library": str(result.library) if result.library else None,
        "log": result.log,
        "seconds": result.seconds,
        "cached": result.cached,
        "architectures": compiled_for(job) if result.outcome == "built" and project is None else [],
        "failed_arch": result.failed_arch,
    }, sys.stdout)
    return 0


def build_or_recall(job: Job, device: DeviceKind, files: list[dict[str, Any]], cache: BuildCache | None) -> Build:
    """Only what was built is kept: a failure may come from a limit, or from another program that took all memory."""
    if cache is None:
        return build(job, device)
    began = time.perf_counter()
    key = build_key(files, job.source, job.arch, device, job.sandbox, job.options)
    if (known := cache.get(key)) is not None:
        library, log = known
        job.library.write_bytes(library)
        return Build("built", job.library, log, time.perf_counter() - began, cached=True)
    result = build(job, device)
    if result.library is not None:
        cache.put(key, result.library, result.log)
    return replace(result, seconds=time.perf_counter() - began)
