import torch
from torch import nn


class Model(nn.Module):
    """By a fused addition."""

    def forward(self, x, residual, alpha):
        total = torch.add(x, residual, alpha=alpha)
        return total, total.max(dim=-1).values
