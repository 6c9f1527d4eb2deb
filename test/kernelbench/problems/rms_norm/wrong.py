import torch
from torch import nn


class Model(nn.Module):
    """With the epsilon outside of the root: it shows on tiny inputs alone."""

    def __init__(self, channels, eps):
        super().__init__()
        self.eps = eps

    def forward(self, x):
        return x / (torch.sqrt(x.pow(2).mean(dim=1, keepdim=True)) + self.eps)
