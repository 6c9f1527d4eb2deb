from torch import nn


class Model(nn.Module):
    """Takes the last word for the first."""

    def __init__(self, words, features):
        super().__init__()
        self.table = nn.Embedding(words, features)

    def forward(self, words):
        return nn.functional.embedding_bag(words % 31, self.table.weight, mode="mean")
