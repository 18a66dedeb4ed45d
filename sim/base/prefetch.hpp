/// Prefetching: asks for the memory at an address, and waits for nothing.
#pragma once

namespace orrery {

/// The line at `address` is about to be used. Any address is allowed; no result depends on it.
[[gnu::always_inline]] inline void prefetch(const void* address) {
    __builtin_prefetch(address);
    // g++ takes a function that does nothing but prefetch for one without effect, and drops calls of it.
    asm volatile("");
}

}  // namespace orrery
