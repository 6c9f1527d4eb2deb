// The C library that nvcc makes visible without an include. C headers only: <vector> and friends would cost a second per build.
#pragma once

#include <float.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
