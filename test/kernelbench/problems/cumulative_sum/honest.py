import torch
from torch import nn


class Model(nn.Module):
    """Summed in double precision."""

    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        return torch.cumsum(x.double(), dim=self.dim).to(x.dtype)
