// Warp collectives. The last lane to arrive computes every lane's result, so a lane that goes on early cannot disturb another.
#pragma once

namespace kernelwright KERNELWRIGHT_PRIVATE {

constexpr uint64_t kUndefinedWord = ~uint64_t{0};

inline uint64_t reduce(Collective kind, uint64_t a, uint64_t b) {
  const unsigned x = static_cast<unsigned>(a), y = static_cast<unsigned>(b);
  const int i = static_cast<int>(x), j = static_cast<int>(y);
  switch (kind) {
    case Collective::reduce_add: return x + y;
    case Collective::reduce_min: return static_cast<unsigned>(i < j ? i : j);
    case Collective::reduce_max: return static_cast<unsigned>(i > j ? i : j);
    case Collective::reduce_min_unsigned: return x < y ? x : y;
    case Collective::reduce_max_unsigned: return x > y ? x : y;
    case Collective::reduce_and: return x & y;
    case Collective::reduce_or: return x | y;
    default: return x ^ y;
  }
}

/** Writes the result of every lane in `present`; `lanes` are the warp's threads. */
inline void complete(Collective kind, Thread* lanes, unsigned present) {
  unsigned holds = 0;
  uint64_t folded = 0;
  bool first = true;
  if (kind >= Collective::ballot) {
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      if (!(present & (1u << lane))) continue;
      if (lanes[lane].word != 0) holds |= 1u << lane;
      if (kind >= Collective::reduce_add) folded = first ? lanes[lane].word : reduce(kind, folded, lanes[lane].word);
      first = false;
    }
  }
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    if (!(present & (1u << lane))) continue;
    Thread& thread = lanes[lane];
    switch (kind) {
      case Collective::syncwarp: break;
      case Collective::shfl: case Collective::shfl_up: case Collective::shfl_down: case Collective::shfl_xor:
        // What a lane outside the mask holds is undefined; all bits set makes a NaN of it, so that a wrong kernel shows.
        thread.result = present & (1u << thread.source) ? lanes[thread.source].word : kUndefinedWord;
        break;
      case Collective::ballot: thread.result = holds; break;
      case Collective::any: thread.result = holds != 0; break;
      case Collective::all: thread.result = holds == present; break;
      case Collective::match_any: case Collective::match_all: {
        unsigned equal = 0;
        for (unsigned other = 0; other < kLanes; ++other) {
          if (present & (1u << other) && lanes[other].word == thread.word) equal |= 1u << other;
        }
        thread.result = kind == Collective::match_any || equal == present ? equal : 0;
        break;
      }
      default: thread.result = folded;
    }
  }
}

inline uint64_t collect(Collective kind, unsigned mask, uint64_t word, int source, Site site) {
  Thread& thread = current_thread(collective_name(kind), site);
  Warp& warp = warp_of(thread);
  const unsigned lane = lane_of(thread);
  const unsigned bit = 1u << lane;
  thread.state = State::in_collective;
  thread.collective = kind;
  thread.mask = mask;
  thread.word = word;
  thread.source = source;
  thread.site = site;
  if (!(mask & bit)) {
    Line line = diagnosis_at(site);
    line.add("wrong mask");
    add_place(line);
    add_thread(line, thread);
    line.add(" (lane %u) calls %s with mask 0x%08x, which does not name it", lane, collective_name(kind), mask);
    stop(line);
  }
  if (mask & warp.exited) report_deadlock(thread);

  // Lanes that never existed, in the last warp of a ragged block, are not waited for: hardware does not either.
  const unsigned wanted = mask & warp.exists;
  int p = 0;
  while (p < warp.pending_count && (warp.pending[p].kind != kind || warp.pending[p].mask != mask)) ++p;
  if (p == warp.pending_count) warp.pending[warp.pending_count++] = {kind, mask, 0};
  warp.pending[p].arrived |= bit;
  if (warp.pending[p].arrived != wanted) {
    wait(thread);
    return thread.result;
  }

  Thread* lanes = &thread - lane;
  complete(kind, lanes, wanted);
  warp.pending[p] = warp.pending[--warp.pending_count];
  for (unsigned other = 0; other < kLanes; ++other) {
    if (other != lane && wanted & (1u << other)) make_ready(lanes[other]);
  }
  thread.state = State::ready;
  return thread.result;
}

template <class T>
KERNELWRIGHT_INLINE uint64_t to_word(T value) {
  static_assert(sizeof(T) <= 8, "warp intrinsics take values of at most 8 bytes");
  uint64_t word = 0;
  memcpy(&word, &value, sizeof value);
  return word;
}

template <class T>
KERNELWRIGHT_INLINE T from_word(uint64_t word) {
  T value;
  memcpy(&value, &word, sizeof value);
  return value;
}

/** The lane that a shuffle reads, by PTX's rules: a source outside the segment of `width` lanes is the lane itself. */
inline int shuffle_source(Collective kind, unsigned argument, int width) {
  const int lane = block.current != nullptr ? static_cast<int>(lane_of(*block.current)) : 0;
  const int begin = lane & ~(width - 1);
  const int end = begin + width;
  const int by = static_cast<int>(argument & 31u);
  switch (kind) {
    case Collective::shfl: return begin + (by & (width - 1));
    case Collective::shfl_up: return lane - by >= begin ? lane - by : lane;
    case Collective::shfl_down: return lane + by < end ? lane + by : lane;
    default: return (lane ^ by) < end ? lane ^ by : lane;
  }
}

}  // namespace kernelwright

#define KERNELWRIGHT_SHUFFLE(name, kind, type)                                                                             \
  template <class T>                                                                                                       \
  inline T name(unsigned mask, T value, type argument, int width = warpSize, KERNELWRIGHT_SITE_PARAMETERS) {               \
    using namespace kernelwright;                                                                                          \
    const int source = shuffle_source(Collective::kind, static_cast<unsigned>(argument), width);                           \
    return from_word<T>(collect(Collective::kind, mask, to_word(value), source, {file, line}));                            \
  }
KERNELWRIGHT_SHUFFLE(__shfl_sync, shfl, int)
KERNELWRIGHT_SHUFFLE(__shfl_up_sync, shfl_up, unsigned)
KERNELWRIGHT_SHUFFLE(__shfl_down_sync, shfl_down, unsigned)
KERNELWRIGHT_SHUFFLE(__shfl_xor_sync, shfl_xor, int)
#undef KERNELWRIGHT_SHUFFLE

inline void __syncwarp(unsigned mask = 0xFFFFFFFFu, KERNELWRIGHT_SITE_PARAMETERS) {
  kernelwright::collect(kernelwright::Collective::syncwarp, mask, 0, 0, {file, line});
}

#define KERNELWRIGHT_VOTE(name, kind, type)                                                                                \
  inline type name(unsigned mask, int predicate, KERNELWRIGHT_SITE_PARAMETERS) {                                           \
    return static_cast<type>(                                                                                              \
        kernelwright::collect(kernelwright::Collective::kind, mask, predicate != 0, 0, {file, line}));                     \
  }
KERNELWRIGHT_VOTE(__ballot_sync, ballot, unsigned)
KERNELWRIGHT_VOTE(__any_sync, any, int)
KERNELWRIGHT_VOTE(__all_sync, all, int)
#undef KERNELWRIGHT_VOTE

template <class T>
inline unsigned __match_any_sync(unsigned mask, T value, KERNELWRIGHT_SITE_PARAMETERS) {
  using namespace kernelwright;
  return static_cast<unsigned>(collect(Collective::match_any, mask, to_word(value), 0, {file, line}));
}
template <class T>
inline unsigned __match_all_sync(unsigned mask, T value, int* all_equal, KERNELWRIGHT_SITE_PARAMETERS) {
  using namespace kernelwright;
  const unsigned result = static_cast<unsigned>(collect(Collective::match_all, mask, to_word(value), 0, {file, line}));
  *all_equal = result != 0;
  return result;
}

#define KERNELWRIGHT_REDUCE(name, kind, type)                                                                              \
  inline type name(unsigned mask, type value, KERNELWRIGHT_SITE_PARAMETERS) {                                              \
    using namespace kernelwright;                                                                                          \
    return static_cast<type>(collect(Collective::kind, mask, static_cast<unsigned>(value), 0, {file, line}));              \
  }
KERNELWRIGHT_REDUCE(__reduce_add_sync, reduce_add, int)
KERNELWRIGHT_REDUCE(__reduce_add_sync, reduce_add, unsigned)
KERNELWRIGHT_REDUCE(__reduce_min_sync, reduce_min, int)
KERNELWRIGHT_REDUCE(__reduce_min_sync, reduce_min_unsigned, unsigned)
KERNELWRIGHT_REDUCE(__reduce_max_sync, reduce_max, int)
KERNELWRIGHT_REDUCE(__reduce_max_sync, reduce_max_unsigned, unsigned)
KERNELWRIGHT_REDUCE(__reduce_and_sync, reduce_and, unsigned)
KERNELWRIGHT_REDUCE(__reduce_or_sync, reduce_or, unsigned)
KERNELWRIGHT_REDUCE(__reduce_xor_sync, reduce_xor, unsigned)
#undef KERNELWRIGHT_REDUCE

/** The lanes that come to this very call before anything else in the block can go on; one valid answer of many, always the same. */
inline unsigned __activemask(KERNELWRIGHT_SITE_PARAMETERS) {
  kernelwright::Thread& thread = kernelwright::current_thread("__activemask", {file, line});
  thread.state = kernelwright::State::converging;
  thread.site = {file, line};
  kernelwright::wait(thread);
  return static_cast<unsigned>(thread.result);
}
