"""What the candidates of `candidates.py` are to replace. One class or function for each entry."""

import torch
from torch import Tensor, nn


class Mlp(nn.Module):
    """Linear and GELU; `steps` counts nothing, but is in the state_dict."""

    def __init__(self, features: int, bias: bool = True) -> None:
        super().__init__()
        self.fc = nn.Linear(features, features, bias=bias)
        self.norm = nn.BatchNorm1d(features)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.gelu(self.norm(self.fc(x)))


class Single(Mlp):
    """Casts by name, and so cannot run in float64."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.float())


class Chooses(Mlp):
    """Computes something else in float64."""

    def forward(self, x: Tensor) -> Tensor:
        y = super().forward(x)
        return y + 1 if x.dtype == torch.float64 else y


class Broken(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        raise ValueError(f"no batch of {x.shape[0]} is small enough")


class Tied(nn.Module):
    """One weight by two names, and a convolution whose weights lie with the channels last."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.encode = nn.Linear(features, features, bias=False)
        self.decode = nn.Linear(features, features, bias=False)
        self.decode.weight = self.encode.weight
        self.norm = nn.BatchNorm1d(features)
        self.mix = nn.Conv2d(2, 3, 2)
        self.mix.weight.data = self.mix.weight.data.to(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        assert self.mix.weight.is_contiguous(memory_format=torch.channels_last)
        pixels = self.mix(x.view(-1, 2, 2, 2)).sum(dim=1).view(-1, 1)
        return self.decode(self.norm(self.encode(x))) + pixels


UsesOneName = Tied
Honest = ByHand = IgnoresTheBias = TakesTheScaleForOne = WrongShape = WrongType = Lazy = TwoResults = ChangesItsInput = WritesItsParameters = Mlp
Renames = DrawsItsOwn = Raises = EndsTheProcess = NeverEnds = HalfPrecision = AddsABuffer = NotAModule = IsMissing = WritesOutOfBounds = ReturnsItsInput = Mlp


def scaled(x: Tensor, times: float, shift: int) -> Tensor:
    return x * times + shift


def extremes(x: Tensor) -> tuple[Tensor, Tensor]:
    return x.max(dim=1).values, x.argmin(dim=1)


scaled_otherwise = ignores_a_scalar = scaled
extremes_otherwise = one_is_wrong = extremes
