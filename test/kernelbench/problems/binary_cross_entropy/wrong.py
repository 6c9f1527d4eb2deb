from torch import nn


class Model(nn.Module):
    """Counts only what should have been 1."""

    def forward(self, predictions, targets):
        return -(targets * predictions.log().clamp(min=-100)).mean()
