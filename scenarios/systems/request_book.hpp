/// The book of requests: who is under way since when, and what became of everybody.
///
/// A request is measured if it arrives inside the window. Its latency runs from its arrival to the answer
/// of a success; what failed, and what was not answered by the end, counts as an error.
///
/// Little's law is checked as an exact identity: the integral of the number of requests under way over
/// the window equals the sum of the parts of all stays inside it, to the nanosecond (Little 1961).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/run_record.hpp"
#include "sim/base/histogram.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/recorder.hpp"

namespace orrery {

/// What the outcome of a request says beside its time.
struct Outcome {
    enum class Kind : std::uint8_t { success, failure } kind = Kind::success;
    std::uint16_t retries = 0;
    std::uint16_t hedges = 0;
};

class RequestBook {
public:
    struct Spec {
        Window window;
        std::uint32_t sources = 1;
        Bins series;                    ///< of throughput, errors and latency over time
        std::optional<Bins> fine = {};  ///< of the success rate, for recovery; only where there are faults
    };
    explicit RequestBook(Spec spec);

    /// Request `k` of `source` arrives; `k` rises by one from call to call of a source.
    RequestId arrive(std::uint32_t source, std::uint64_t k, Time now, std::uint32_t client = 0);

    /// A request is answered for good; gives its client. Exactly once a request.
    std::uint32_t finish(RequestId id, const Outcome& outcome, Time now);

    static std::uint32_t source_of(RequestId id) { return static_cast<std::uint32_t>(id.value >> 40); }

    /// Ends the book at `end` and writes it down. Breaks an invariant if Little's law does not hold.
    void report(Time end, analysis::RunRecord& record);

    std::uint64_t arrived() const { return arrived_all_; }

private:
    struct Entry {
        Time arrived;
        std::uint32_t client;
        enum class State : std::uint8_t { open, closed } state;
    };
    /// Requests of one source from number `first` on: a window that slides over the open ones.
    struct Open {
        std::uint64_t first = 0;
        std::size_t head = 0;
        std::vector<Entry> entries;
    };

    /// What happened in a step of the series.
    struct Step {
        std::int64_t arrived = 0;
        std::int64_t succeeded = 0;  ///< of those that arrived in it
        std::int64_t latency = 0;    ///< their sum in ns
        std::int64_t completed = 0;  ///< whenever they arrived
    };

    void close(Entry& entry, Time now);
    void check_little(Time end);
    void forget_young(Time end);
    void report_series(Time end, analysis::RunRecord& record) const;
    void report_recovery(Time end, analysis::RunRecord& record) const;

    Spec spec_;
    std::vector<Open> open_;
    Histogram latency_;
    Wide in_system_ = 0;  ///< integral of the number under way, as if every request stayed to the window's end
    Wide stays_ = 0;      ///< sum of stays
    std::uint64_t arrived_all_ = 0;
    std::uint64_t arrived_ = 0;
    std::uint64_t succeeded_ = 0;
    std::uint64_t failed_ = 0;
    std::uint64_t completed_in_window_ = 0;
    std::uint64_t retries_ = 0;
    std::uint64_t hedges_ = 0;
    BinnedRows<Step> series_;
    std::optional<BinnedCount> fine_arrived_;
    std::optional<BinnedCount> fine_succeeded_;
};

}  // namespace orrery
