from torch import nn


class Model(nn.Module):
    """In one call, without the rows in between."""

    def __init__(self, words, features):
        super().__init__()
        self.table = nn.Embedding(words, features)

    def forward(self, words):
        return nn.functional.embedding_bag(words, self.table.weight, mode="mean")
