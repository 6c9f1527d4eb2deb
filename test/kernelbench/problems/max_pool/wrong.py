from torch import nn


class Model(nn.Module):
    """As if a maximum began at 0: wrong where a whole window is negative."""

    def __init__(self, window, stride):
        super().__init__()
        self.window, self.stride = window, stride

    def forward(self, x):
        height, width = self.window
        windows = x.unfold(2, height, self.stride).unfold(3, width, self.stride)
        return windows.amax((-2, -1)).clamp(min=0)
