#include "scenarios/cli/progress.hpp"

#include <unistd.h>

#include <cstdio>

namespace orrery {

ProgressLine::ProgressLine(std::string name)
    : name_(std::move(name)),
      begun_(Clock::now()),
      shown_(begun_),
      output_(isatty(STDERR_FILENO) != 0 ? Output::terminal : Output::none) {}

ProgressLine::~ProgressLine() {
    erase();
}

void ProgressLine::erase() {
    if (line_ == Line::present) std::fprintf(stderr, "\r\033[K");
    line_ = Line::absent;
}

void ProgressLine::show(const Progress& progress) {
    events_ = progress.events;
    if (output_ == Output::none) return;
    const Clock::time_point now = Clock::now();
    if (now - begun_ < std::chrono::seconds(1) || now - shown_ < std::chrono::milliseconds(200)) return;
    shown_ = now;
    const double elapsed = std::chrono::duration<double>(now - begun_).count();
    std::fprintf(stderr, "\r\033[K%s: %3.0f %% of virtual time, replication %zu of %zu, %.1f M events/s", name_.c_str(),
                 progress.share * 100, std::min(progress.done + 1, progress.total), progress.total,
                 static_cast<double>(progress.events) / elapsed / 1e6);
    if (progress.share > 0.01)
        std::fprintf(stderr, ", about %.0f s left", elapsed * (1 - progress.share) / progress.share);
    std::fflush(stderr);
    line_ = Line::present;
}

void ProgressLine::finish() {
    erase();
    if (output_ == Output::none) return;
    const double elapsed = std::chrono::duration<double>(Clock::now() - begun_).count();
    std::fprintf(stderr, "%s: %.2f s, %.1f M events/s\n", name_.c_str(), elapsed,
                 static_cast<double>(events_) / elapsed / 1e6);
}

}  // namespace orrery
