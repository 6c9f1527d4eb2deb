// Real CUDA code includes this header for half precision.
#pragma once
#include "kernelwright_emulator.h"
#include "kernelwright/half.h"
