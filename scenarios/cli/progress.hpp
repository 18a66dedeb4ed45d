/// The progress line on stderr: only on a terminal, only for what takes longer than a second. The one part
/// of the program that looks at the wall clock.
#pragma once

#include <chrono>
#include <string>

#include "scenarios/runs/replications.hpp"

namespace orrery {

class ProgressLine {
public:
    explicit ProgressLine(std::string name);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const Progress& progress);
    /// Takes the line away and leaves the time that the run took.
    void finish();

private:
    using Clock = std::chrono::steady_clock;

    void erase();

    std::string name_;
    Clock::time_point begun_;
    Clock::time_point shown_;
    std::uint64_t events_ = 0;
    enum class Output : std::uint8_t { none, terminal } output_;
    enum class Line : std::uint8_t { absent, present } line_ = Line::absent;
};

}  // namespace orrery
