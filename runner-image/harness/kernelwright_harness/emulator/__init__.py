"""The emulated CUDA device: plain `.cu` files run on a CPU, with every access checked."""
