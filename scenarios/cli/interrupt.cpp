#include "scenarios/cli/interrupt.hpp"

#include <csignal>

namespace orrery {

namespace {

// What a signal handler may touch: a lock-free atomic.
std::atomic<bool> interrupt_flag{false};

extern "C" void on_interrupt(int signal) {
    interrupt_flag = true;
    std::signal(signal, SIG_DFL);
}

}  // namespace

const std::atomic<bool>& watch_interrupts() {
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    return interrupt_flag;
}

}  // namespace orrery
