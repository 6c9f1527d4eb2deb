import torch
from torch import nn


class Model(nn.Module):
    """In two passes over the row."""

    def __init__(self, features):
        super().__init__()
        self.norm = nn.LayerNorm(features)

    def forward(self, x):
        centred = x - x.mean(-1, keepdim=True)
        scale = torch.rsqrt(centred.square().mean(-1, keepdim=True) + self.norm.eps)
        return centred * scale * self.norm.weight + self.norm.bias
