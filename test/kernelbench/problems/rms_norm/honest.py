import torch
from torch import nn


class ModelNew(nn.Module):
    """By a reciprocal square root, under the name that KernelBench gives to candidates."""

    def __init__(self, channels, eps):
        super(ModelNew, self).__init__()
        self.eps = eps

    def forward(self, x):
        return x * torch.rsqrt(torch.linalg.vecdot(x, x, dim=1).unsqueeze(1) / x.shape[1] + self.eps)
