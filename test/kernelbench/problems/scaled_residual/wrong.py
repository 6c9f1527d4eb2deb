import torch
from torch import nn


class Model(nn.Module):
    """Takes the maximum before the addition."""

    def forward(self, x, residual, alpha):
        total = torch.add(x, residual, alpha=alpha)
        return total, x.max(dim=-1).values
