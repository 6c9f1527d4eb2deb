// Real CUDA code includes this header for 8-bit floats.
#pragma once
#include "kernelwright_emulator.h"
#include "kernelwright/float8.h"
