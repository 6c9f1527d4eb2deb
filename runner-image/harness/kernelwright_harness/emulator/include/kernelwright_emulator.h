// The emulated CUDA device: everything that a translated .cu file needs to run on a CPU.
// The rewriter puts this include in front of the source, as nvcc does with cuda_runtime.h.
#pragma once

#include "kernelwright/standard.h"
// Launchers take these by pointer, and a function is no more visible than the types of its parameters.
struct __attribute__((visibility("default"))) CUstream_st;
struct __attribute__((visibility("default"))) CUevent_st;
#include "kernelwright/keywords.h"
#include "kernelwright/vector_types.h"
#include "kernelwright/diagnosis.h"
#include "kernelwright/fiber.h"
#include "kernelwright/block_state.h"
#include "kernelwright/stuck_block.h"
#include "kernelwright/scheduler.h"
#include "kernelwright/shared_memory.h"
#include "kernelwright/launch.h"
#include "kernelwright/barrier.h"
#include "kernelwright/warp.h"
#include "kernelwright/atomics.h"
#include "kernelwright/device_math.h"
#include "kernelwright/integer_intrinsics.h"
#include "kernelwright/memory_access.h"
#include "kernelwright/runtime_types.h"
#include "kernelwright/runtime_api.h"
