#include "scenarios/systems/store_system.hpp"

#include <algorithm>

#include "analysis/balance.hpp"
#include "models/partitioning/store/store_coordinator.hpp"
#include "models/partitioning/store/store_metrics.hpp"
#include "models/partitioning/store/store_node.hpp"
#include "sim/cluster/host.hpp"

namespace orrery {

using models::MemberChange;
using models::MemberChangeResult;
using models::StoreAccess;
using models::StoreMetric;
using models::StoreNode;
using models::StoreOutcome;
using models::StoreRequest;
using models::StoreResult;

namespace {

bool is(const NoteTaken& note, StoreMetric metric) {
    return note.metric == models::metric_id(metric);
}

void report_latency(const std::string& label, const Histogram& latency, analysis::RunRecord& record) {
    if (latency.count() == 0) return;
    record.metrics["latency.mean{" + label + "}"] = latency.mean() * 1e-9;
    constexpr std::pair<const char*, double> quantiles[] = {
        {"latency.p50", 0.5}, {"latency.p90", 0.9}, {"latency.p99", 0.99}, {"latency.p999", 0.999}};
    for (const auto& [name, quantile] : quantiles)
        record.metrics[std::string(name) + "{" + label + "}"] = static_cast<double>(latency.value_at(quantile)) * 1e-9;
    record.metrics["latency.max{" + label + "}"] = static_cast<double>(latency.max()) * 1e-9;
    record.histograms["latency{" + label + "}"] = latency;
}

void report_balance(const std::string& of, const std::vector<double>& loads, analysis::RunRecord& record) {
    const analysis::Balance balance = analysis::balance_of(loads);
    const std::string label = "{of=" + of + "}";
    record.metrics["load.max_over_mean" + label] = balance.max_over_mean;
    record.metrics["load.cv" + label] = balance.cv;
    record.metrics["load.jain" + label] = balance.jain;
    record.metrics["load.gini" + label] = balance.gini;
    record.metrics["load.hot_share" + label] = balance.hot_share;
}

}  // namespace

std::uint32_t item_size_of(const Distribution& distribution, std::uint64_t seed, std::uint64_t key) {
    RandomStream chance = stream_of(stream_key(seed, "item size", 0), key);
    const double drawn = distribution.draw(chance) + 0.5;
    constexpr double most = models::ItemTable::absent - 1;
    return drawn >= most ? models::ItemTable::absent - 1 : static_cast<std::uint32_t>(std::max(drawn, 0.0));
}

StoreSystem::StoreSystem(OpenLoad load, std::shared_ptr<const StoreSystemSpec> spec, EntityId changes)
    : load_(std::move(load)),
      spec_(std::move(spec)),
      changes_(changes),
      access_(stream_key(spec_->seed, "access", 0)) {}

void StoreSystem::start(Cluster& cluster) {
    load_.start(cluster);
    for (std::size_t i = 0; i < spec_->changes.size(); ++i)
        cluster.kernel().schedule(changes_, changes_, spec_->changes[i].at, kind_change, static_cast<std::uint32_t>(i));
}

void StoreSystem::handle(Cluster& cluster, const Event& event) {
    if (event.kind() == kind_change) {
        if (!cluster.defer(cluster.node_of(spec_->coordinator), event)) change(cluster, event.payload);
        return;
    }
    const auto arrival = load_.handle(cluster, event);
    if (!arrival) return;
    StoreRequest request;
    request.key = arrival->item.key;
    request.work = arrival->item.demand;
    RandomStream access = stream_of(access_, arrival->id.value);
    if (spec_->reads < 1 && access.uniform() >= spec_->reads) {
        request.access = StoreAccess::write;
        request.size = spec_->sizes == StoreSystemSpec::Sizes::by_trace
                           ? arrival->item.request_size
                           : item_size_of(spec_->item_size, spec_->seed, request.key);
    }
    if (cluster.request<StoreRequest, StoreResult>(arrival->entry, arrival->id, request)) {
        cluster.settle();
    } else {
        load_.finish(cluster, arrival->id, {Outcome::Kind::failure});  // a client that is down asks nobody
    }
}

/// A coordinator that is down is asked again later.
void StoreSystem::change(Cluster& cluster, std::size_t index) {
    if (cluster.request<MemberChange, MemberChangeResult>(spec_->coordinator, RequestId{index},
                                                          spec_->changes[index].change)) {
        cluster.settle();
    } else {
        cluster.kernel().schedule(changes_, changes_, cluster.kernel().now() + 100ms, kind_change,
                                  static_cast<std::uint32_t>(index));
    }
}

void StoreSystem::collect(Cluster& cluster) {
    auto& answers = cluster.port<StoreRequest, StoreResult>(spec_->clients).answers();
    if (!answers.empty()) {
        for (const auto& answer : answers) {
            const StoreResult& result = answer.result;
            const bool ok = result.outcome == StoreOutcome::ok || result.outcome == StoreOutcome::absent;
            take(result, cluster.kernel().now());
            load_.finish(cluster, answer.request,
                         {ok ? Outcome::Kind::success : Outcome::Kind::failure, result.retries, 0});
        }
        answers.clear();
    }
    auto& node_notes = cluster.port<Nothing, Nothing>(spec_->nodes).notes();
    if (!node_notes.empty()) {
        for (const NoteTaken& note : node_notes) take(note);
        node_notes.clear();
    }
    auto& port = cluster.port<MemberChange, MemberChangeResult>(spec_->coordinator_host);
    if (!port.notes().empty()) {
        for (const NoteTaken& note : port.notes()) take(note);
        port.notes().clear();
    }
    if (!port.answers().empty()) port.answers().clear();
}

void StoreSystem::take(const StoreResult& result, Time now) {
    if (!measured(now - result.took)) return;
    redirects_ += result.redirects;
    absent_ += result.outcome == StoreOutcome::absent ? 1u : 0u;
    refused_ += result.outcome == StoreOutcome::refused ? 1u : 0u;
    unavailable_ += result.outcome == StoreOutcome::unavailable ? 1u : 0u;
    if (result.outcome != StoreOutcome::ok && result.outcome != StoreOutcome::absent) return;
    bytes_served_ += result.size;
    (result.access == StoreAccess::read ? reads_ : writes_).record(result.took.count());
    if (result.during == StoreResult::During::moving) moving_.record(result.took.count());
}

void StoreSystem::take(const NoteTaken& note) {
    if (is(note, StoreMetric::copied_items)) {
        copied_.push_back({note.at, note.value, 0});
    } else if (is(note, StoreMetric::copied_bytes)) {
        copied_.push_back({note.at, 0, note.value});
    } else {
        notes_.push_back(note);
    }
}

std::vector<NodeId> StoreSystem::nodes_in_role(const Cluster& cluster, std::string_view role) {
    if (role != "busiest") return {};
    const auto& host = cluster.host<StoreNode>(spec_->nodes);
    std::optional<std::size_t> busiest;
    const auto requests = [&](std::size_t i) {
        const StoreNode::Counts& counts = host.value(static_cast<std::uint32_t>(i)).counts();
        return counts.reads + counts.writes;
    };
    for (std::size_t i = 0; i < spec_->storage.size(); ++i)
        if (cluster.up(spec_->storage[i]) && (!busiest || requests(i) > requests(*busiest))) busiest = i;
    if (!busiest) return {};
    return {spec_->storage[*busiest]};
}

// Reports. -----------------------------------------------------------------------------------------------

void StoreSystem::report(const Cluster& cluster, Time end, analysis::RunRecord& record) {
    load_.report(end, record);
    report_requests(record);
    report_nodes(cluster, record);
    report_rebalance(cluster, end, record);
    report_heat(cluster, record);
    report_changes(end, record);
}

void StoreSystem::report_requests(analysis::RunRecord& record) const {
    report_latency("op=read", reads_, record);
    report_latency("op=write", writes_, record);
    report_latency("during=rebalance", moving_, record);
    record.metrics["requests.redirected"] = static_cast<double>(redirects_);
    record.metrics["requests.absent"] = static_cast<double>(absent_);
    record.metrics["requests.refused"] = static_cast<double>(refused_);
    record.metrics["requests.unavailable"] = static_cast<double>(unavailable_);
}

void StoreSystem::report_nodes(const Cluster& cluster, analysis::RunRecord& record) const {
    std::vector<double> requests;
    std::vector<double> bytes;
    std::vector<double> keys;
    const auto& host = cluster.host<StoreNode>(spec_->nodes);
    for (std::size_t i = 0; i < spec_->storage.size(); ++i) {
        const StoreNode& node = host.value(static_cast<std::uint32_t>(i));
        requests.push_back(static_cast<double>(node.counts().reads + node.counts().writes));
        bytes.push_back(static_cast<double>(node.counts().bytes));
        keys.push_back(static_cast<double>(node.items().size()));
    }
    report_balance("requests", requests, record);
    report_balance("bytes", bytes, record);
    report_balance("keys", keys, record);
    record.per_node["requests"] = std::move(requests);
    record.per_node["keys"] = std::move(keys);
}

/// From when units began to move until all had moved; of one member's change if `member` is given.
std::vector<StoreSystem::Stretch> StoreSystem::stretches(const models::MemberId* member, Time end) const {
    const StoreMetric begin = member == nullptr ? StoreMetric::moving : StoreMetric::change_begun;
    const StoreMetric done = member == nullptr ? StoreMetric::moved : StoreMetric::change_done;
    std::vector<Stretch> out;
    for (const NoteTaken& note : notes_) {  // one process notes them, in order
        if (member != nullptr && note.value != member->value) continue;
        if (is(note, begin)) out.push_back({note.at, end, Stretch::End::not_seen});
        if (is(note, done) && !out.empty()) {
            out.back().to = note.at;
            out.back().end = Stretch::End::seen;
        }
    }
    return out;
}

void StoreSystem::report_rebalance(const Cluster& cluster, Time end, analysis::RunRecord& record) const {
    const std::vector<Stretch> all = stretches(nullptr, end);
    if (all.empty()) return;
    std::int64_t items = 0;
    std::int64_t bytes = 0;
    constexpr Duration step = 100ms;
    std::map<std::int64_t, std::int64_t> by_window;
    for (const Copied& copied : copied_) {
        items += copied.items;
        bytes += copied.bytes;
        by_window[copied.at.time_since_epoch() / step] += copied.bytes;
    }
    std::size_t held = 0;
    const auto& host = cluster.host<StoreNode>(spec_->nodes);
    for (std::uint32_t i = 0; i < spec_->storage.size(); ++i) held += host.value(i).items().size();
    record.metrics["rebalance.items"] = static_cast<double>(items);
    record.metrics["rebalance.bytes"] = static_cast<double>(bytes);
    if (held > 0) record.metrics["rebalance.moved_fraction"] = static_cast<double>(items) / static_cast<double>(held);
    Duration longest{};
    bool seen = true;
    for (const Stretch& stretch : all) {
        longest = std::max(longest, stretch.to - stretch.from);
        seen = seen && stretch.end == Stretch::End::seen;
    }
    record.metrics["rebalance.duration"] = seconds(longest);
    if (!seen) record.censored.insert("rebalance.duration");
    std::int64_t peak = 0;
    for (const auto& [window, sum] : by_window) peak = std::max(peak, sum);
    record.metrics["rebalance.peak_bytes"] = static_cast<double>(peak) / seconds(step);
    const double span = seconds(end - spec_->window.from);
    if (bytes_served_ > 0 && span > 0)
        record.metrics["rebalance.peak_extra_load"] =
            static_cast<double>(peak) / seconds(step) / (static_cast<double>(bytes_served_) / span);
}

/// What the nodes' summaries say together: a key that one of them does not count it may have had as often as its
/// smallest.
void StoreSystem::report_heat(const Cluster& cluster, analysis::RunRecord& record) const {
    const auto& host = cluster.host<StoreNode>(spec_->nodes);
    struct Sum {
        std::uint64_t count = 0;
        std::uint64_t error = 0;
        std::uint64_t covered = 0;  ///< smallest counts of the nodes that count the key
    };
    std::map<std::uint64_t, Sum> keys;
    std::vector<std::uint64_t> units;
    std::uint64_t all = 0;
    std::uint64_t smallest = 0;
    bool counted = false;
    for (std::uint32_t i = 0; i < spec_->storage.size(); ++i) {
        const StoreNode::Heat* heat = host.value(i).heat();
        if (heat == nullptr) continue;
        counted = true;
        all += heat->all.items();
        smallest += heat->all.smallest();
        for (const models::SpaceSaving::Count& one : heat->all.counts()) {
            Sum& sum = keys[one.item];
            sum.count += one.count;
            sum.error += one.error;
            sum.covered += heat->all.smallest();
        }
        if (units.size() < heat->units.size()) units.resize(heat->units.size());
        for (std::size_t unit = 0; unit < heat->units.size(); ++unit) units[unit] += heat->units[unit];
    }
    if (!counted || all == 0) return;
    std::uint64_t most = 0;
    std::uint64_t error = 0;
    for (const auto& [key, sum] : keys) {
        const std::uint64_t elsewhere = smallest - sum.covered;
        if (sum.count + elsewhere <= most) continue;
        most = sum.count + elsewhere;
        error = sum.error + elsewhere;
    }
    const auto total = static_cast<double>(all);
    record.metrics["hot.key_share"] = static_cast<double>(most) / total;
    record.metrics["hot.key_share_error"] = static_cast<double>(error) / total;
    record.metrics["hot.unit_share"] = static_cast<double>(*std::max_element(units.begin(), units.end())) / total;
    record.metrics["hot.keys"] = static_cast<double>(std::count_if(
        notes_.begin(), notes_.end(), [](const NoteTaken& note) { return is(note, StoreMetric::became_hot); }));
}

void StoreSystem::report_changes(Time end, analysis::RunRecord& record) const {
    for (const DeclaredChange& change : spec_->changes) {
        std::uint64_t items = 0;
        for (const Stretch& stretch : stretches(&change.change.member, end)) {
            if (stretch.from < change.at) continue;
            for (const Copied& copied : copied_)
                if (copied.at >= stretch.from && copied.at <= stretch.to)
                    items += static_cast<std::uint64_t>(copied.items);
            break;
        }
        record.effects.push_back({change.what, "items moved", items});
    }
}

}  // namespace orrery
