"""Replacements for the class of `backward_baseline.py`, an honest one and others."""

from typing import Any

import torch
from torch import Tensor, nn


class Affine(nn.Module):
    """The derivative of tanh by its value."""

    scale: Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        self.fc = nn.Linear(features, features)
        self.unused = nn.Parameter(torch.ones(3))
        self.register_buffer("scale", torch.ones(features))

    def forward(self, x: Tensor, gate: Tensor) -> tuple[Tensor, Tensor]:
        y = self.activated(torch.addmm(self.fc.bias, x, self.fc.weight.t())) * self.scale * gate
        return y, y.argmax(dim=-1)

    def activated(self, x: Tensor) -> Tensor:
        return _Tanh.apply(x)


class _Tanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        y = torch.tanh(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return gradients[0] * (1 - y * y)


class WrongGradient(Affine):
    """Right in what it returns, and without the chain rule's factor."""

    def activated(self, x: Tensor) -> Tensor:
        return x + (torch.tanh(x) - x).detach()


class NoGradient(Affine):
    def forward(self, x: Tensor, gate: Tensor) -> tuple[Tensor, Tensor]:
        y, where = super().forward(x, gate)
        return y.detach(), where


class ForgetsABias(Affine):
    def forward(self, x: Tensor, gate: Tensor) -> tuple[Tensor, Tensor]:
        y = torch.tanh(x @ self.fc.weight.t() + self.fc.bias.detach()) * self.scale * gate
        return y, y.argmax(dim=-1)


class Frozen(Affine):
    def __init__(self, features: int) -> None:
        super().__init__(features)
        self.fc.bias.requires_grad_(False)


class OneResult(Affine):
    def forward(self, x: Tensor, gate: Tensor) -> Any:
        return super().forward(x, gate)[:1]
