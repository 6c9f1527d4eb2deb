import ctypes

import pytest
import torch

from kernelwright_harness.dtypes import DTYPES, SCALAR_CTYPES


@pytest.mark.parametrize("name", DTYPES)
def test_sizes_and_kinds_are_those_of_torch(name: str) -> None:
    dtype = DTYPES[name]
    known: torch.dtype = getattr(torch, dtype.torch_name)
    assert dtype.name == name
    assert dtype.size == torch.empty(0, dtype=known).element_size()
    assert (dtype.kind == "float") == known.is_floating_point
    assert (dtype.kind == "bool") == (known == torch.bool)


def test_scalars_are_passed_in_the_sizes_of_their_types() -> None:
    assert {name: ctypes.sizeof(ctype) for name, ctype in SCALAR_CTYPES.items()} == {name: DTYPES[name].size for name in SCALAR_CTYPES}
