import torch
from torch import nn


BATCH, FEATURES = 20, 32


class Model(nn.Module):
    """Two linear layers with GELU between them."""

    def __init__(self, features, hidden):
        super().__init__()
        self.inner = nn.Linear(features, hidden)
        self.outer = nn.Linear(hidden, features)

    def forward(self, x):
        return self.outer(nn.functional.gelu(self.inner(x)))


def get_inputs():
    return [torch.randn(BATCH, FEATURES)]


def get_init_inputs():
    return [FEATURES, 4 * FEATURES]
