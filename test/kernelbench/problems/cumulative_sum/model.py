import torch
from torch import nn


BATCH, LENGTH = 16, 300


class Model(nn.Module):
    """Running sums along the rows of a matrix."""

    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        return torch.cumsum(x, dim=self.dim)


def get_inputs():
    return [torch.randn(BATCH, LENGTH)]


def get_init_inputs():
    return [1]
