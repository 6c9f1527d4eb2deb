// Fibers: stacks that are switched by hand. glibc's swapcontext asks the kernel for the signal mask on every switch, which
// costs ten times as much as the switch itself; these few instructions save what the ABI says a callee must keep.
#pragma once

extern "C" void kernelwright_switch_stack(void** save, void* load);
extern "C" void kernelwright_fiber_start();

#if defined(__x86_64__)
asm(R"(
.pushsection .text
.weak kernelwright_switch_stack
.hidden kernelwright_switch_stack
.type kernelwright_switch_stack, @function
kernelwright_switch_stack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size kernelwright_switch_stack, .-kernelwright_switch_stack
.popsection
)");
#elif defined(__aarch64__)
asm(R"(
.pushsection .text
.weak kernelwright_switch_stack
.hidden kernelwright_switch_stack
.type kernelwright_switch_stack, %function
kernelwright_switch_stack:
  sub sp, sp, #160
  stp x19, x20, [sp, #0]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x9, sp
  str x9, [x0]
  mov sp, x1
  ldp x19, x20, [sp, #0]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #160
  ret
.size kernelwright_switch_stack, .-kernelwright_switch_stack
.weak kernelwright_fiber_start
.hidden kernelwright_fiber_start
.type kernelwright_fiber_start, %function
kernelwright_fiber_start:
  mov x30, xzr
  br x19
.size kernelwright_fiber_start, .-kernelwright_fiber_start
.popsection
)");
#else
#error "the Kernelwright emulator runs on x86-64 and aarch64 only"
#endif

namespace kernelwright KERNELWRIGHT_PRIVATE {

/** Bytes of stack a CUDA thread gets; pages are committed when touched. Sanitizer reports are written on this stack too. */
constexpr size_t kStackBytes = 256 * 1024;
constexpr size_t kStackGuardBytes = 64 * 1024;

struct Fiber {
  void* stack_pointer = nullptr;
  void* fake_stack = nullptr;
  const void* bottom = nullptr;
  size_t size = 0;
  Fiber* next_free = nullptr;
};

inline Fiber main_fiber;
inline Fiber* current_fiber = &main_fiber;
inline Fiber* free_fibers = nullptr;
inline Fiber* resumed_from = nullptr;

/** Tells AddressSanitizer that the switch is over; also learns where the caller's own stack lies. */
inline void finish_switch(Fiber* self) {
  const void* bottom;
  size_t size;
  __sanitizer_finish_switch_fiber(self->fake_stack, &bottom, &size);
  if (resumed_from == &main_fiber) {
    main_fiber.bottom = bottom;
    main_fiber.size = size;
  }
}

inline void switch_to(Fiber* target) {
  Fiber* self = current_fiber;
  resumed_from = self;
  current_fiber = target;
  __sanitizer_start_switch_fiber(&self->fake_stack, target->bottom, target->size);
  kernelwright_switch_stack(&self->stack_pointer, target->stack_pointer);
  finish_switch(self);
}

/** A pooled fiber, or a new one that will begin at `entry`; `entry` must never return. */
inline Fiber* take_fiber(void (*entry)()) {
  if (Fiber* fiber = free_fibers) {
    free_fibers = fiber->next_free;
    return fiber;
  }
  char* memory = static_cast<char*>(mmap(nullptr, kStackGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  if (memory == MAP_FAILED || mprotect(memory, kStackGuardBytes, PROT_NONE) != 0) {
    Line line;
    line.add("kernelwright emulator: no memory for the stack of another CUDA thread");
    stop(line);
  }
  Fiber* fiber = new Fiber;
  fiber->bottom = memory + kStackGuardBytes;
  fiber->size = kStackBytes;
  void** top = reinterpret_cast<void**>(memory + kStackGuardBytes + kStackBytes);
#if defined(__x86_64__)
  // After `ret` has taken the entry, the stack pointer must look as it does after a call, on a null return address.
  top -= 1;
  *top = nullptr;
  *--top = reinterpret_cast<void*>(entry);
  top -= 6;
  for (int i = 0; i < 6; ++i) top[i] = nullptr;
#else
  top -= 20;
  for (int i = 0; i < 20; ++i) top[i] = nullptr;
  top[0] = reinterpret_cast<void*>(entry);
  top[11] = reinterpret_cast<void*>(kernelwright_fiber_start);
#endif
  fiber->stack_pointer = top;
  return fiber;
}

inline void give_fiber(Fiber* fiber) {
  fiber->next_free = free_fibers;
  free_fibers = fiber;
}

}  // namespace kernelwright
