import torch
from torch import nn


BATCH = 6


class Model(nn.Module):
    """Pooling over windows that do not divide the image."""

    def __init__(self, window, stride):
        super().__init__()
        self.pool = nn.MaxPool2d(window, stride=stride)

    def forward(self, x):
        return self.pool(x)


def get_inputs():
    return [torch.randn(BATCH, 3, 17, 13)]


def get_init_inputs():
    return [(3, 2), 2]
