#include "scenarios/systems/open_load.hpp"

#include <algorithm>

#include "scenarios/systems/world_builder.hpp"

namespace orrery {

namespace {

RequestBook::Spec book_spec(const Assembly& assembly, std::size_t sources) {
    RequestBook::Spec spec;
    spec.window = assembly.cluster.window();
    spec.sources = static_cast<std::uint32_t>(sources);
    const Duration duration = assembly.scenario.duration();
    spec.series = series_bins(duration);
    if (!assembly.scenario.settings.items("faults").empty()) {
        // Windows of 100 ms, longer where a run would have more than a million of them.
        const Duration step = std::max<Duration>(100ms, Duration(duration.count() / 1'000'000 + 1));
        spec.fine = Bins{time_zero, step, static_cast<std::size_t>(duration / step) + 1};
    }
    return spec;
}

}  // namespace

OpenLoad::OpenLoad(Assembly& assembly, std::shared_ptr<const LoadSpec> spec, const std::vector<ProcessId>& entries)
    : spec_(std::move(spec)),
      first_entity_(assembly.cluster.kernel().entities()),
      book_(book_spec(assembly, entries.size())) {
    const auto count = static_cast<std::uint32_t>(entries.size());
    for (std::uint32_t i = 0; i < count; ++i) {
        const EntityId entity = assembly.cluster.add_load_entity(assembly.cluster.node_of(entries[i]));
        sources_.push_back(Source{LoadSource(spec_, {i, count}), entity, entries[i], {}, 0, {}});
    }
}

void OpenLoad::start(Cluster& cluster) {
    for (Source& source : sources_) {
        const ClosedLoop* loop = source.load.closed_loop();
        if (loop == nullptr) {
            schedule_next(cluster, source);
            continue;
        }
        source.thoughts.assign(loop->clients, 0);
        for (std::uint32_t client = 0; client < loop->clients; ++client) think(cluster, source, client);
    }
}

void OpenLoad::schedule_next(Cluster& cluster, Source& source) {
    const std::optional<Time> at = source.load.next();
    if (!at) return;
    source.due = *at;
    // What a pause has held back arrives at once; its latency still runs from when it was due.
    cluster.kernel().schedule(source.entity, source.entity, std::max(*at, cluster.kernel().now()), kind_arrival, 0);
}

void OpenLoad::think(Cluster& cluster, Source& source, std::uint32_t client) {
    const Duration pause =
        source.load.closed_loop()->think_time(source.load.arrival_stream(), client, source.thoughts[client]++);
    cluster.kernel().schedule(source.entity, source.entity, saturating_add(cluster.kernel().now(), pause), kind_think,
                              client);
}

std::optional<OpenLoad::Arrival> OpenLoad::handle(Cluster& cluster, const Event& event) {
    const std::uint32_t index = index_of(event.target());
    Source& source = sources_[index];
    if (cluster.defer(cluster.node_of(source.entry), event)) return {};
    const Time now = cluster.kernel().now();
    Arrival arrival{source.entry, {}, {}};
    if (event.kind() == kind_think) {
        const std::uint64_t k = source.closed_next;
        if (!source.load.may_go_on(k)) return {};
        ++source.closed_next;
        arrival.id = book_.arrive(index, k, now, event.payload);
        arrival.item = source.load.item_number(k, now);
    } else {
        arrival.id = book_.arrive(index, source.load.number(), source.due);
        arrival.item = source.load.item(now);
        schedule_next(cluster, source);
    }
    return arrival;
}

void OpenLoad::finish(Cluster& cluster, RequestId id, const Outcome& outcome) {
    const std::uint32_t client = book_.finish(id, outcome, cluster.kernel().now());
    Source& source = sources_[RequestBook::source_of(id)];
    if (source.load.closed_loop() != nullptr) think(cluster, source, client);
}

}  // namespace orrery
