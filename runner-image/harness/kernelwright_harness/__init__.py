"""Builds, judges and runs kernels: the part of Kernelwright that lives on the GPU machine."""

__version__ = "0.1.0"
