"""Replacements for the classes and functions of `baseline.py`, honest ones and others."""

import ctypes
import os
from typing import Any

import torch
from torch import Tensor, nn


class Mlp(nn.Module):
    def __init__(self, features: int, bias: bool = True) -> None:
        super().__init__()
        self.fc = nn.Linear(features, features, bias=bias)
        self.norm = nn.BatchNorm1d(features)

    def forward(self, x: Tensor) -> Any:
        return nn.functional.gelu(self.norm(self.fc(x)))


def deviation(norm: nn.BatchNorm1d) -> Tensor:
    assert norm.running_var is not None
    return torch.sqrt(norm.running_var + norm.eps)


Honest = Chooses = Broken = Mlp


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


class UsesOneName(Tied):
    def forward(self, x: Tensor) -> Tensor:
        pixels = self.mix(x.view(-1, 2, 2, 2)).sum(dim=1).view(-1, 1)
        return self.norm(x @ self.encode.weight.t()) @ self.encode.weight.t() + pixels


class Single(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x)


class ByHand(Mlp):
    """The same algebra in another order, on weights that it folds together when they are loaded, returned as a view that is not contiguous."""

    def load_state_dict(self, *arguments: Any, **options: Any) -> Any:
        loaded = super().load_state_dict(*arguments, **options)
        assert self.norm.running_mean is not None
        scale = self.norm.weight / deviation(self.norm)
        self.folded = (self.fc.weight * scale[:, None]).detach()
        self.shift = ((self.fc.bias - self.norm.running_mean) * scale + self.norm.bias).detach()
        return loaded

    def forward(self, x: Tensor) -> Tensor:
        y = torch.addmm(self.shift[:, None], self.folded, x.t())
        return (0.5 * y * (1 + torch.erf(y * 0.5**0.5))).t()


class IgnoresTheBias(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.gelu(self.norm(x @ self.fc.weight.t()))


class TakesTheScaleForOne(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.gelu((self.fc(x) - self.norm.running_mean) / deviation(self.norm) + self.norm.bias)


class WrongShape(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).t()


class WrongType(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).double()


class _Later(Tensor):
    pass


class Lazy(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).as_subclass(_Later)


class TwoResults(Mlp):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return super().forward(x), x


class ChangesItsInput(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        y = super().forward(x)
        x.add_(1)
        return y


class ReturnsItsInput(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        return x.copy_(super().forward(x))


class WritesItsParameters(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        y = super().forward(x)
        self.fc.bias.add_(1)
        return y


class Renames(Mlp):
    def __init__(self, features: int, bias: bool = True) -> None:
        super().__init__(features, bias)
        self.linear = self.fc
        del self.fc


class AddsABuffer(Mlp):
    """Its own, which is no part of its state."""

    def __init__(self, features: int, bias: bool = True) -> None:
        super().__init__(features, bias)
        self.register_buffer("scratch", torch.zeros(features), persistent=False)


class DrawsItsOwn(Mlp):
    """Does not take the parameters that it is given."""

    def load_state_dict(self, state_dict: Any, strict: bool = True, assign: bool = False) -> Any:
        self.fc = nn.Linear(self.fc.in_features, self.fc.out_features, device=self.fc.weight.device)


class Raises(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        raise ValueError(f"no batch of {x.shape[0]} is small enough")  # raised here


class EndsTheProcess(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        os._exit(0)


class NeverEnds(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        while True:
            x = x + 1


class HalfPrecision(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.gelu(self.norm((x.bfloat16() @ self.fc.weight.bfloat16().t()).float() + self.fc.bias))


class WritesOutOfBounds(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        y = super().forward(x)
        ctypes.memset(x.data_ptr() + x.numel() * 4, 0, 4)
        return y


NotAModule = Mlp.forward


def scaled(x: Tensor, times: float, shift: int) -> Tensor:
    return torch.add(torch.full_like(x, shift), x, alpha=times)


def scaled_otherwise(x: Tensor, times: float, shift: int) -> Tensor:
    assert type(times) is float and type(shift) is int
    return x.mul(times).add_(shift)


def ignores_a_scalar(x: Tensor, times: float, shift: int) -> Tensor:
    return x * times


def extremes(x: Tensor) -> tuple[Tensor, Tensor]:
    return torch.amax(x, dim=1), (-x).argmax(dim=1)


extremes_otherwise = extremes


def one_is_wrong(x: Tensor) -> tuple[Tensor, Tensor]:
    return torch.amax(x, dim=1), x.argmax(dim=1)
