/// Processor time of the calling thread: what a piece of work costs, on a busy machine as on a quiet one.
#pragma once

#include <ctime>

namespace orrery {

class CpuClock {
public:
    CpuClock() { clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begun_); }
    /// Since it was made; on the same thread.
    double seconds() const {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec - begun_.tv_sec) +
               1e-9 * static_cast<double>(now.tv_nsec - begun_.tv_nsec);
    }

private:
    timespec begun_{};
};

}  // namespace orrery
