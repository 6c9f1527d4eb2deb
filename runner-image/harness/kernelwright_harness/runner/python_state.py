"""The names in a module's `state_dict`, and which of them are the same tensor."""

import torch


def names_of_tensors(module: torch.nn.Module) -> list[list[str]]:
    """The names of each tensor of the state, in its order. A tensor has several where weights are tied or a submodule stands in two places; it
    can hold only one value, so it is given one. What is no tensor is listed alone."""
    groups: dict[int | str, list[str]] = {}
    state = module.state_dict(keep_vars=True)
    for name, value in state.items():
        groups.setdefault(id(value) if isinstance(value, torch.Tensor) else name, []).append(name)
    return list(groups.values())
