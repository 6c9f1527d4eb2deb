import torch
from torch import nn


class Model(nn.Module):
    """Each sum lacks its own element."""

    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        return torch.cumsum(x, dim=self.dim) - x
