#include "scenarios/systems/request_book.hpp"

#include <algorithm>
#include <string>

#include "scenarios/systems/recovery.hpp"
#include "sim/base/check.hpp"

namespace orrery {

namespace {

constexpr int number_bits = 40;

Time inside(Time at, const Window& window) {
    return std::clamp(at, window.from, window.to);
}

}  // namespace

RequestBook::RequestBook(Spec spec) : spec_(spec), open_(spec.sources), series_(spec.series) {
    if (spec.fine) {
        fine_arrived_.emplace(*spec.fine);
        fine_succeeded_.emplace(*spec.fine);
    }
}

RequestId RequestBook::arrive(std::uint32_t source, std::uint64_t k, Time now, std::uint32_t client) {
    Open& open = open_[source];
    if (open.head >= 256 && open.head * 2 >= open.entries.size()) {
        open.entries.erase(open.entries.begin(), open.entries.begin() + static_cast<std::ptrdiff_t>(open.head));
        open.first += open.head;
        open.head = 0;
    }
    ORRERY_CHECK(k == open.first + open.entries.size(), "requests of a source are numbered in order");
    open.entries.push_back(Entry{now, client, Entry::State::open});
    ++arrived_all_;
    in_system_ += (spec_.window.to - inside(now, spec_.window)).count();
    if (now >= spec_.window.from && now < spec_.window.to) ++arrived_;
    if (Step* step = series_.find(now)) ++step->arrived;
    if (fine_arrived_) fine_arrived_->add(now);
    return RequestId{std::uint64_t{source} << number_bits | k};
}

void RequestBook::close(Entry& entry, Time now) {
    ORRERY_CHECK(entry.state == Entry::State::open, "a request is answered twice");
    entry.state = Entry::State::closed;
    const Time left = inside(now, spec_.window);
    in_system_ -= (spec_.window.to - left).count();
    stays_ += (left - inside(entry.arrived, spec_.window)).count();
}

std::uint32_t RequestBook::finish(RequestId id, const Outcome& outcome, Time now) {
    Open& open = open_[source_of(id)];
    const std::uint64_t k = id.value & ((std::uint64_t{1} << number_bits) - 1);
    ORRERY_CHECK(k >= open.first + open.head && k - open.first < open.entries.size(),
                 "an answer to a request that is not under way");
    Entry& entry = open.entries[k - open.first];
    close(entry, now);
    const Entry done = entry;
    while (open.head < open.entries.size() && open.entries[open.head].state == Entry::State::closed) ++open.head;

    const bool measured = done.arrived >= spec_.window.from && done.arrived < spec_.window.to;
    retries_ += measured ? outcome.retries : 0u;
    hedges_ += measured ? outcome.hedges : 0u;
    if (outcome.kind == Outcome::Kind::failure) {
        failed_ += measured ? 1u : 0u;
        return done.client;
    }
    const std::int64_t latency = (now - done.arrived).count();
    if (measured) {
        latency_.record(latency);
        ++succeeded_;
    }
    if (now >= spec_.window.from && now < spec_.window.to) ++completed_in_window_;
    if (Step* step = series_.find(done.arrived)) {
        ++step->succeeded;
        step->latency += latency;
    }
    if (Step* step = series_.find(now)) ++step->completed;
    if (fine_succeeded_) fine_succeeded_->add(done.arrived);
    return done.client;
}

// Both sides run to `end`: requests that are still open stay until then.
void RequestBook::check_little(Time end) {
    const Window measured{spec_.window.from, std::max(end, spec_.window.from)};
    Wide open_now = 0;
    for (const Open& open : open_) {
        for (std::size_t i = open.head; i < open.entries.size(); ++i) {
            if (open.entries[i].state != Entry::State::open) continue;
            stays_ += (inside(end, measured) - inside(open.entries[i].arrived, measured)).count();
            ++open_now;
        }
    }
    in_system_ -= open_now * (spec_.window.to - std::clamp(end, spec_.window.from, spec_.window.to)).count();
    ORRERY_CHECK(in_system_ == stays_,
                 "Little's law does not hold: the integral of requests under way is not the sum of their stays");
}

void RequestBook::report(Time end, analysis::RunRecord& record) {
    check_little(end);
    const double span = seconds(end - spec_.window.from);
    auto& metrics = record.metrics;
    metrics["requests.arrived"] = static_cast<double>(arrived_);
    metrics["requests.succeeded"] = static_cast<double>(succeeded_);
    metrics["requests.failed"] = static_cast<double>(failed_);
    metrics["requests.retried"] = static_cast<double>(retries_);
    metrics["requests.hedged"] = static_cast<double>(hedges_);
    if (arrived_ > 0)
        metrics["errors.rate"] = static_cast<double>(arrived_ - succeeded_) / static_cast<double>(arrived_);
    if (span > 0) {
        metrics["throughput"] = static_cast<double>(completed_in_window_) / span;
        metrics["in_system.mean"] = static_cast<double>(in_system_) * 1e-9 / span;
    }
    if (latency_.count() > 0) {
        metrics["latency.mean"] = latency_.mean() * 1e-9;
        constexpr std::pair<const char*, double> quantiles[] = {
            {"latency.p50", 0.5}, {"latency.p90", 0.9}, {"latency.p99", 0.99}, {"latency.p999", 0.999}};
        for (const auto& [name, quantile] : quantiles)
            metrics[name] = static_cast<double>(latency_.value_at(quantile)) * 1e-9;
        metrics["latency.max"] = static_cast<double>(latency_.max()) * 1e-9;
        record.histograms["latency"] = latency_;
    }
    record.effects.push_back({"workload", "requests arrived", arrived_all_});
    forget_young(end);
    report_series(end, record);
    if (fine_arrived_) report_recovery(end, record);
}

// A request that is still open at the end and no older than the slowest success is merely young: in the success
// rate over time it counts neither way. (errors.rate counts it: it was not answered.)
void RequestBook::forget_young(Time end) {
    const Duration slowest(latency_.max());
    for (const Open& open : open_) {
        for (std::size_t i = open.head; i < open.entries.size(); ++i) {
            const Entry& entry = open.entries[i];
            if (entry.state != Entry::State::open || end - entry.arrived > slowest) continue;
            if (Step* step = series_.find(entry.arrived)) --step->arrived;
            if (fine_arrived_) fine_arrived_->add(entry.arrived, -1);
        }
    }
}

void RequestBook::report_series(Time end, analysis::RunRecord& record) const {
    const Bins& bins = spec_.series;
    const std::size_t steps =
        std::min(bins.count, static_cast<std::size_t>((end - bins.start + bins.step - Duration(1)) / bins.step));
    analysis::Series throughput{"throughput", "", "1/s", bins.start, bins.step, {}};
    analysis::Series errors{"errors.rate", "", "1", bins.start, bins.step, {}};
    analysis::Series latency{"latency.mean", "", "s", bins.start, bins.step, {}};
    for (std::size_t i = 0; i < steps; ++i) {
        const Step& step = series_.rows()[i];
        const auto arrived = static_cast<double>(step.arrived);
        const auto succeeded = static_cast<double>(step.succeeded);
        throughput.values.push_back(static_cast<double>(step.completed) / seconds(bins.step));
        errors.values.push_back(arrived > 0 ? (arrived - succeeded) / arrived : 0);
        latency.values.push_back(succeeded > 0 ? static_cast<double>(step.latency) * 1e-9 / succeeded : 0);
    }
    record.series.push_back(std::move(throughput));
    record.series.push_back(std::move(errors));
    record.series.push_back(std::move(latency));
}

void RequestBook::report_recovery(Time end, analysis::RunRecord& record) const {
    const SuccessRate rate{spec_.fine->start, spec_.fine->step, fine_arrived_->counts(), fine_succeeded_->counts()};
    std::optional<Unavailability> worst;
    for (const analysis::FaultSpan& fault : record.faults) {
        if (fault.from < spec_.window.from) continue;
        const std::optional<Unavailability> outage = unavailability(rate, fault.from, {spec_.window.from, end});
        if (outage && (!worst || outage->lasts > worst->lasts)) worst = outage;
    }
    if (!worst) return;
    record.metrics["recovery.unavailable"] = seconds(worst->lasts);
    if (worst->end == Unavailability::End::not_seen) record.censored.insert("recovery.unavailable");
}

}  // namespace orrery
