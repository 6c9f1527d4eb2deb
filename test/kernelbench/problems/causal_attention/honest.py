from torch import nn


class Model(nn.Module):
    """By PyTorch's own kernel."""

    def forward(self, query, key, value):
        return nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
