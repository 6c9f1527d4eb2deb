import torch
from torch import nn


class Model(nn.Module):
    """With a zero added by the same call."""

    def forward(self, a, b):
        return torch.addmm(a.new_zeros(()), a, b)
