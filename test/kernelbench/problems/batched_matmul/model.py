import torch
from torch import nn


BATCH, INNER, ROWS, COLUMNS = 12, 33, 17, 20


class Model(nn.Module):
    """Products of pairs of matrices, the first of them transposed."""

    def forward(self, a, b):
        return torch.bmm(a.transpose(1, 2), b)


def get_inputs():
    return [torch.randn(BATCH, INNER, ROWS), torch.randn(BATCH, INNER, COLUMNS)]


def get_init_inputs():
    return []
