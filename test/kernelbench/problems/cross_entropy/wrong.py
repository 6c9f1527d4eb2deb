import torch
from torch import nn


class Model(nn.Module):
    """Knows eight of the ten classes."""

    def forward(self, predictions, targets):
        right = predictions.gather(1, targets.clamp(max=7)[:, None]).squeeze(1)
        return (torch.logsumexp(predictions, dim=1) - right).mean()
