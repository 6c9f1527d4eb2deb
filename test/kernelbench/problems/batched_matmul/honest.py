import torch
from torch import nn


class Model(nn.Module):
    """The same sum, written as one."""

    def forward(self, a, b):
        return torch.einsum("bki,bkj->bij", a, b)
