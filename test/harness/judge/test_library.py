"""The copy of a library that a runner is given: the same bytes, and nobody can change them, its holder included."""

import os
from pathlib import Path

import pytest

from kernelwright_harness.judge.library import sealed_copy


def test_it_holds_the_librarys_bytes(tmp_path: Path) -> None:
    content = os.urandom(3 << 20)
    (tmp_path / "candidate.so").write_bytes(content)
    descriptor = sealed_copy(tmp_path / "candidate.so")
    try:
        assert Path(f"/proc/self/fd/{descriptor}").read_bytes() == content
    finally:
        os.close(descriptor)


def test_nobody_can_change_it(tmp_path: Path) -> None:
    (tmp_path / "candidate.so").write_bytes(b"library")
    descriptor = sealed_copy(tmp_path / "candidate.so")
    try:
        with pytest.raises(PermissionError):
            os.pwrite(descriptor, b"other", 0)
        with pytest.raises(PermissionError):
            os.ftruncate(descriptor, 0)
        again = os.open(f"/proc/self/fd/{descriptor}", os.O_RDWR)
        try:
            with pytest.raises(PermissionError):
                os.write(again, b"other")
        finally:
            os.close(again)
    finally:
        os.close(descriptor)
    assert (tmp_path / "candidate.so").read_bytes() == b"library"
