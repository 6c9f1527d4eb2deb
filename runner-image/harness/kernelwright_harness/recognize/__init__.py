"""Which Python files follow KernelBench's convention, told from their text: nothing of them is imported or run."""
