from torch import nn


class Model(nn.Module):
    """Without subtracting the largest element, so that powers of large inputs overflow."""

    def forward(self, x):
        powers = x.exp()
        return powers / powers.sum(1, keepdim=True)
