// Real CUDA code includes this header; the emulator has it all in one.
#pragma once
#include "kernelwright_emulator.h"
