import torch
from torch import nn


BATCH, CHANNELS = 5, 3


class Model(nn.Module):
    """A convolution and its activation."""

    def __init__(self, channels, filters, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(channels, filters, kernel_size, padding=1)

    def forward(self, x):
        return torch.relu(self.conv(x))


def get_inputs():
    return [torch.rand(BATCH, CHANNELS, 14, 10)]


def get_init_inputs():
    return [CHANNELS, 6, (3, 3)]
