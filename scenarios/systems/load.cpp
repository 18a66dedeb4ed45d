#include "scenarios/systems/load.hpp"

#include <algorithm>
#include <limits>

#include "scenarios/format/loader.hpp"
#include "sim/workload/error.hpp"

namespace orrery {

namespace {

std::uint32_t size_of(const Distribution& distribution, RandomStream& random) {
    const double drawn = distribution.draw(random) + 0.5;
    constexpr double most = std::numeric_limits<std::uint32_t>::max();
    return drawn >= most ? std::numeric_limits<std::uint32_t>::max() : static_cast<std::uint32_t>(drawn);
}

bool read_distribution(const Settings& workload, const char* name, Kind measures, Errors& errors, Distribution& into) {
    const Choice& choice = *workload.child(name);
    try {
        into = make_distribution(choice, measures);
        return true;
    } catch (const ParameterError& error) {
        errors.add(choice.settings.where(error.parameter()), "'" + error.parameter() + "': " + error.message());
        return false;
    }
}

}  // namespace

std::shared_ptr<const LoadSpec> LoadSpec::make(Assembly& assembly) {
    const Settings& workload = assembly.scenario.settings.child("workload")->settings;
    std::shared_ptr<LoadSpec> spec(new LoadSpec);
    spec->seed_ = assembly.seed;
    if (workload.has("limit")) spec->limit = static_cast<std::uint64_t>(workload.integer("limit"));
    const Choice* trace = workload.child("trace");
    const Choice* arrivals = workload.child("arrivals");
    if ((trace == nullptr) == (arrivals == nullptr)) {
        assembly.errors.add(workload.where(), "a workload has either `arrivals` or a `trace`");
        return nullptr;
    }
    if (arrivals != nullptr) {
        spec->arrivals = build<ArrivalProcess>(*arrivals, assembly.catalog, assembly.errors);
        spec->draws = arrivals->row != "deterministic";
    } else if (!spec->read_trace(trace->settings, assembly)) {
        return nullptr;
    }
    const Choice* keys = workload.child("keys");
    spec->keys_ =
        keys == nullptr ? uniform_keys(1'000'000) : build<KeyPopularity>(*keys, assembly.catalog, assembly.errors);
    const bool read = spec->read_distributions(workload, assembly.errors);
    if (!spec->keys_ || !read || (arrivals != nullptr && !spec->arrivals)) return nullptr;
    return spec;
}

bool LoadSpec::read_distributions(const Settings& workload, Errors& errors) {
    const bool demand = read_distribution(workload, "demand", Kind::duration, errors, demand_);
    const bool request = read_distribution(workload, "request_size", Kind::bytes, errors, request_size_);
    const bool reply = read_distribution(workload, "reply_size", Kind::bytes, errors, reply_size_);
    sizes_drawn_ = !request_size_.is_constant() || !reply_size_.is_constant();
    if (!sizes_drawn_) {
        RandomStream unused(0);
        constant_request_ = size_of(request_size_, unused);
        constant_reply_ = size_of(reply_size_, unused);
    }
    draws = draws || (!trace_has_demand && !demand_.is_constant()) ||
            (!trace_has_size && !request_size_.is_constant()) || !reply_size_.is_constant();
    return demand && request && reply;
}

bool LoadSpec::read_trace(const Settings& settings, Assembly& assembly) {
    try {
        const TraceSpec trace_settings = trace_spec(settings, assembly.scenario.places);
        trace_has_key = trace_settings.columns.key.has_value();
        trace_has_size = trace_settings.columns.size.has_value();
        trace_has_demand = trace_settings.columns.demand.has_value();
        trace = TraceReader::open(trace_settings);
        return true;
    } catch (const ParameterError& error) {
        assembly.errors.add(settings.where(error.parameter()), "'" + error.parameter() + "': " + error.message());
    } catch (const DataError& error) {
        assembly.errors.add(settings.where("file"), error.what());
    }
    return false;
}

LoadSpec::Streams LoadSpec::streams(std::uint32_t source) const {
    return {stream_key(seed_, "arrival", source), stream_key(seed_, "key", source), stream_key(seed_, "demand", source),
            stream_key(seed_, "size", source)};
}

LoadItem LoadSpec::item(const Streams& streams, std::uint64_t k, Time now) const {
    LoadItem item;
    RandomStream key_chance = stream_of(streams.key, k);
    item.key = keys_->draw(k, key_chance, now);
    RandomStream demand_chance = stream_of(streams.demand, k);
    item.demand = demand_.draw_duration(demand_chance);
    item.request_size = constant_request_;
    item.reply_size = constant_reply_;
    if (sizes_drawn_) {
        RandomStream size_chance = stream_of(streams.size, k);
        item.request_size = size_of(request_size_, size_chance);
        item.reply_size = size_of(reply_size_, size_chance);
    }
    return item;
}

LoadSource::LoadSource(std::shared_ptr<const LoadSpec> spec, ArrivalProcess::Part part)
    : spec_(std::move(spec)), part_(part), streams_(spec_->streams(part.index)) {
    if (spec_->trace) recorded_ = std::make_unique<Recorded>(Recorded{*spec_->trace});
    if (spec_->arrivals) arrivals_ = part.count == 1 ? spec_->arrivals->clone() : spec_->arrivals->split(part);
    // Each source has its share of the limit; the first ones take what does not divide.
    if (spec_->limit) limit_ = *spec_->limit / part.count + (part.index < *spec_->limit % part.count ? 1 : 0);
}

std::optional<Time> LoadSource::next() {
    if (!may_go_on(next_)) return {};
    if (recorded_) return next_recorded();
    const std::optional<Time> at = arrivals_->next(last_, next_, streams_.arrival);
    if (!at) return {};
    last_ = *at;
    ++next_;
    return last_;
}

std::optional<Time> LoadSource::next_recorded() {
    // Sources take the rows of a trace in turns.
    const std::uint64_t skipped = next_ == 0 ? part_.index : part_.count - 1;
    for (std::uint64_t i = 0; i < skipped; ++i)
        if (!recorded_->trace.next()) return {};
    recorded_->last = recorded_->trace.next();
    if (!recorded_->last) return {};
    ++next_;
    return recorded_->last->at;
}

LoadItem LoadSource::item(Time now) const {
    LoadItem item = spec_->item(streams_, next_ - 1, now);
    if (!recorded_ || !recorded_->last) return item;
    const TraceItem& row = *recorded_->last;
    if (spec_->trace_has_key) item.key = row.key;
    if (spec_->trace_has_demand) item.demand = row.demand;
    if (spec_->trace_has_size)
        item.request_size = static_cast<std::uint32_t>(
            std::clamp<std::int64_t>(row.size, 0, std::numeric_limits<std::uint32_t>::max()));
    return item;
}

}  // namespace orrery
