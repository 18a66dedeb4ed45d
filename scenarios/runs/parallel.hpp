/// Work that falls into independent parts, on several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace orrery {

/// Calls `part(0)` ... `part(count - 1)`, each once, on at most `threads` threads (the caller is one), in no order. Of
/// the exceptions that parts throw, the one of the least number is thrown on, when all parts that began are through.
template <class Part>
void parallel_for(std::size_t count, std::size_t threads, Part part) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr failure;
    std::size_t failed = count;
    const auto work = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                part(i);
            } catch (...) {
                const std::lock_guard<std::mutex> lock(mutex);
                if (i < failed) failure = std::current_exception();
                failed = std::min(failed, i);
                next = count;
            }
        }
    };
    std::vector<std::thread> helpers;
    for (std::size_t i = 1; i < std::min(threads, count); ++i) helpers.emplace_back(work);
    work();
    for (std::thread& helper : helpers) helper.join();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace orrery
