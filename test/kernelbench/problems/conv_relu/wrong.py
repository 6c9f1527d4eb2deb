import torch
from torch import nn


class Model(nn.Module):
    """Without the bias."""

    def __init__(self, channels, filters, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(channels, filters, kernel_size, padding=1)

    def forward(self, x):
        return torch.relu(nn.functional.conv2d(x, self.conv.weight, padding=1))
