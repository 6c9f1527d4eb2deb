from torch import nn


class Model(nn.Module):
    """Looks ahead as well."""

    def forward(self, query, key, value):
        return nn.functional.scaled_dot_product_attention(query, key, value)
