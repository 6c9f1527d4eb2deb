// Real CUDA code includes this header for bfloat16.
#pragma once
#include "kernelwright_emulator.h"
#include "kernelwright/bfloat16.h"
