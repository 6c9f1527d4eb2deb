"""What the candidates of `backward_candidates.py` are to replace."""

import torch
from torch import Tensor, nn


class Affine(nn.Module):
    """Two results, a parameter that the answer does not depend on, and a buffer, which takes no gradient."""

    scale: Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        self.fc = nn.Linear(features, features)
        self.unused = nn.Parameter(torch.ones(3))
        self.register_buffer("scale", torch.ones(features))

    def forward(self, x: Tensor, gate: Tensor) -> tuple[Tensor, Tensor]:
        y = torch.tanh(self.fc(x)) * self.scale * gate
        return y, y.argmax(dim=-1)


WrongGradient = NoGradient = ForgetsABias = Frozen = OneResult = Affine
