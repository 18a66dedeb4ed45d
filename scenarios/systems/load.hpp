/// The load of a scenario's `workload` section: sources of requests, from a process or from a trace.
///
/// What belongs to request k of a source (gap, key, demand, sizes) is a pure function of the seed, the
/// source and k: whatever a policy does to one request, the next one is the same.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "scenarios/systems/system.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/prefetch.hpp"
#include "sim/base/value_ptr.hpp"
#include "sim/workload/arrivals.hpp"
#include "sim/workload/keys.hpp"
#include "sim/workload/trace/trace_reader.hpp"

namespace orrery {

struct LoadItem {
    std::uint64_t key = 0;
    Duration demand{};
    std::uint32_t request_size = 0;
    std::uint32_t reply_size = 0;
};

/// What all sources share; immutable.
class LoadSpec {
public:
    /// Null if `assembly.errors` has got something.
    static std::shared_ptr<const LoadSpec> make(Assembly& assembly);

    /// The streams of one source.
    struct Streams {
        StreamKey arrival;
        StreamKey key;
        StreamKey demand;
        StreamKey size;
    };
    Streams streams(std::uint32_t source) const;
    LoadItem item(const Streams& streams, std::uint64_t k, Time now) const;

    std::unique_ptr<ArrivalProcess> arrivals;  ///< null with a trace
    std::optional<TraceReader> trace;
    std::optional<std::uint64_t> limit;
    /// What a trace tells of its requests itself; the rest is drawn as without one.
    bool trace_has_key = false;
    bool trace_has_size = false;
    bool trace_has_demand = false;
    /// Whether any of it takes chance.
    bool draws = false;

private:
    LoadSpec() = default;
    bool read_distributions(const Settings& workload, Errors& errors);
    bool read_trace(const Settings& trace, Assembly& assembly);

    std::uint64_t seed_ = 0;
    std::unique_ptr<KeyPopularity> keys_;
    Distribution demand_ = Distribution::constant(0);
    Distribution request_size_ = Distribution::constant(0);
    Distribution reply_size_ = Distribution::constant(0);
    bool sizes_drawn_ = false;
    std::uint32_t constant_request_ = 0;  ///< where no size is drawn
    std::uint32_t constant_reply_ = 0;
};

/// One source: where its requests enter, and which comes next. A value.
class LoadSource {
public:
    LoadSource(std::shared_ptr<const LoadSpec> spec, ArrivalProcess::Part part);

    /// The request after the last one; nothing when there are no more.
    std::optional<Time> next();
    /// The item of the request that `next` announced last.
    LoadItem item(Time now) const;
    /// Item number k of a closed loop.
    LoadItem item_number(std::uint64_t k, Time now) const { return spec_->item(streams_, k, now); }
    /// Number of the request that `next` announced last.
    std::uint64_t number() const { return next_ - 1; }
    /// A request of this source comes near: first this, then what it points to.
    void prefetch() const {
        orrery::prefetch(this);
        orrery::prefetch(&next_);
    }
    void prefetch_arrivals() const { orrery::prefetch(arrivals_.get()); }
    const ClosedLoop* closed_loop() const { return arrivals_ ? arrivals_->closed_loop() : nullptr; }
    StreamKey arrival_stream() const { return streams_.arrival; }
    bool may_go_on(std::uint64_t k) const { return k < limit_; }

private:
    std::optional<Time> next_recorded();

    std::shared_ptr<const LoadSpec> spec_;
    ArrivalProcess::Part part_;
    LoadSpec::Streams streams_;
    ValuePtr<ArrivalProcess> arrivals_;
    /// A source with a trace.
    struct Recorded {
        TraceReader trace;
        std::optional<TraceItem> last = {};
    };
    ValuePtr<Recorded> recorded_;  ///< null without a trace
    std::uint64_t limit_ = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t next_ = 0;
    Time last_{};
};

}  // namespace orrery
