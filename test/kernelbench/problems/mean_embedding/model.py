import torch
from torch import nn


BATCH, LENGTH, WORDS = 10, 6, 32


class Model(nn.Module):
    """The mean of the embeddings of each row of words."""

    def __init__(self, words, features):
        super().__init__()
        self.table = nn.Embedding(words, features)

    def forward(self, words):
        return self.table(words).mean(dim=1)


def get_inputs():
    return [torch.randint(0, WORDS, (BATCH, LENGTH), dtype=torch.int32)]


def get_init_inputs():
    return [WORDS, 24]
