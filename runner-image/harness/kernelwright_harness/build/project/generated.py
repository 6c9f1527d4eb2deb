"""The files that kernel-builder would generate: the macros by which a binding registers its operators, and the module by which Python finds them."""

# PyTorch's own macros paste the name that they are given; a name that is itself a macro needs one more step. The module in Python is empty:
# loading the library is what registers the operators.
REGISTRATION = """#pragma once
#include <Python.h>

#define TORCH_LIBRARY_EXPAND(NAME, MODULE) TORCH_LIBRARY(NAME, MODULE)
#define TORCH_LIBRARY_IMPL_EXPAND(NAME, DEVICE, MODULE) TORCH_LIBRARY_IMPL(NAME, DEVICE, MODULE)
#define STABLE_TORCH_LIBRARY_EXPAND(NAME, MODULE) STABLE_TORCH_LIBRARY(NAME, MODULE)
#define STABLE_TORCH_LIBRARY_IMPL_EXPAND(NAME, DEVICE, MODULE) STABLE_TORCH_LIBRARY_IMPL(NAME, DEVICE, MODULE)

#define KERNELWRIGHT_JOINED(A, B) A##B
#define KERNELWRIGHT_QUOTED(A) #A
#define KERNELWRIGHT_MODULE(NAME)                                                                        \\
  PyMODINIT_FUNC KERNELWRIGHT_JOINED(PyInit_, NAME)(void) {                                              \\
    static PyModuleDef empty = {PyModuleDef_HEAD_INIT, KERNELWRIGHT_QUOTED(NAME), nullptr, -1, nullptr}; \\
    return PyModule_Create(&empty);                                                                      \\
  }
#define REGISTER_EXTENSION(NAME) KERNELWRIGHT_MODULE(NAME)
"""


def operators_module(operators: str, has_library: bool) -> str:
    """`_ops.py`. `operators` is their namespace; a package of Python alone has no library to load."""
    return "\n".join(
        [
            "import torch",
            *([f"from . import {operators}"] if has_library else []),
            "",
            f"ops = torch.ops.{operators}",
            "",
            "",
            "def add_op_namespace_prefix(op_name: str) -> str:",
            '    """The operator\'s full name, in the namespace of this build."""',
            f'    return f"{operators}::{{op_name}}"',
            "",
        ]
    )
