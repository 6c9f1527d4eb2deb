import torch
from torch import nn


class Model(nn.Module):
    """By logsumexp and a lookup."""

    def forward(self, predictions, targets):
        right = predictions.gather(1, targets[:, None]).squeeze(1)
        return (torch.logsumexp(predictions, dim=1) - right).mean()
