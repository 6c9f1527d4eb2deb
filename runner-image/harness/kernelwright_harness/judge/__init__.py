"""The process that holds inputs, answers, buffers and the clock, and decides what was right."""
