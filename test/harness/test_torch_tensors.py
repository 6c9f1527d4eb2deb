import array

import pytest
import torch

from kernelwright_harness.runner.torch_tensors import dtype_name, tensor_at, torch_dtype, written

_CPU = torch.device("cpu")


def test_a_tensor_shares_the_memory_at_its_address_and_no_more() -> None:
    memory = array.array("f", [1, 2, 3, 4, 5, 6, 7, 8])
    tensor = tensor_at(_CPU, memory.buffer_info()[0] + 4, torch.float32, (2, 3))
    assert tensor.tolist() == [[2, 3, 4], [5, 6, 7]] and tensor.is_contiguous()
    assert (tensor.storage_offset(), tensor.untyped_storage().nbytes()) == (0, 24)
    tensor[1, 2] = 70
    assert list(memory) == [1, 2, 3, 4, 5, 6, 70, 8]


@pytest.mark.parametrize("name", ["f64", "bf16", "i16", "bool"])
def test_every_type_has_one_name(name: str) -> None:
    memory = array.array("d", [0])
    tensor = tensor_at(_CPU, memory.buffer_info()[0], torch_dtype(name), ())
    assert tensor.shape == () and dtype_name(tensor.dtype) == name


def test_a_tensor_without_elements_needs_no_address() -> None:
    assert tensor_at(_CPU, 0, torch.float16, (0, 4)).shape == (0, 4)


def test_tensors_are_named_as_in_the_configuration() -> None:
    assert written(torch.bfloat16, torch.Size([4, 2])) == "bf16 of shape (4, 2)"
    assert written(torch.complex64, (3,)) == "complex64 of shape (3,)"
    assert dtype_name(torch.complex64) is None
