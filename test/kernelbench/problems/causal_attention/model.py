import torch
from torch import nn


BATCH, LENGTH, FEATURES = 3, 21, 16


class Model(nn.Module):
    """Attention of one head that looks back only."""

    def forward(self, query, key, value):
        length = query.shape[1]
        scores = query @ key.transpose(1, 2) / query.shape[2] ** 0.5
        ahead = torch.ones(length, length, dtype=torch.bool, device=query.device).triu(1)
        return torch.softmax(scores.masked_fill(ahead, float("-inf")), dim=-1) @ value


def get_inputs():
    return [torch.randn(BATCH, LENGTH, FEATURES) for _ in range(3)]


def get_init_inputs():
    return []
