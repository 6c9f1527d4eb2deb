from torch import nn


class Model(nn.Module):
    """By the approximation of GELU, which is another function."""

    def __init__(self, features, hidden):
        super().__init__()
        self.inner = nn.Linear(features, hidden)
        self.outer = nn.Linear(hidden, features)

    def forward(self, x):
        return self.outer(nn.functional.gelu(self.inner(x), approximate="tanh"))
