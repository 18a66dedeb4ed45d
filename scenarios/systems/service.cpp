/// System kind `service`: dispatchers take requests and share them out over workers.
///
///     source --request--> balancer --Serve--> worker --work--> processor
///                            ^------Served------'
///
/// Each dispatcher has its own source, with its part of the arrivals; it keeps its own view of the workers.
#include "models/scheduling/balancer.hpp"
#include "models/scheduling/worker.hpp"
#include "scenarios/format/loader.hpp"
#include "scenarios/systems/open_load.hpp"
#include "scenarios/systems/partitioning.hpp"
#include "scenarios/systems/rows.hpp"
#include "sim/cluster/host.hpp"

namespace orrery {

namespace {

using models::Balancer;
using models::BalancerSpec;
using models::Dispatcher;
using models::ServiceOutcome;
using models::ServiceRequest;
using models::ServiceResult;
using models::Worker;
using models::WorkerSpec;

class ServiceSystem final : public System {
public:
    ServiceSystem(OpenLoad load, std::size_t balancers, std::vector<NodeId> workers)
        : load_(std::move(load)), balancers_(balancers), workers_(std::move(workers)) {}

    std::unique_ptr<System> clone() const override { return std::make_unique<ServiceSystem>(*this); }
    void start(Cluster& cluster) override { load_.start(cluster); }
    std::vector<NodeId> serving_nodes() const override { return workers_; }
    bool draws() const override { return load_.spec().draws; }

    void handle(Cluster& cluster, const Event& event) override {
        const auto arrival = load_.handle(cluster, event);
        if (!arrival) return;
        ServiceRequest request;
        request.key = arrival->item.key;
        request.work = arrival->item.demand;
        request.body = Filler{arrival->item.request_size};
        request.reply_size = arrival->item.reply_size;
        if (cluster.request<ServiceRequest, ServiceResult>(arrival->entry, arrival->id, request)) {
            cluster.settle();
        } else {
            load_.finish(cluster, arrival->id,
                         {Outcome::Kind::failure});  // nobody listens at a dispatcher that is down
        }
    }

    void collect(Cluster& cluster) override {
        auto& answers = cluster.port<ServiceRequest, ServiceResult>(balancers_).answers();
        if (answers.empty()) return;
        for (const auto& answer : answers) {
            const bool ok = answer.result.outcome == ServiceOutcome::ok;
            load_.finish(
                cluster, answer.request,
                {ok ? Outcome::Kind::success : Outcome::Kind::failure, answer.result.retries, answer.result.hedges});
        }
        answers.clear();
    }

    void report(const Cluster&, Time end, analysis::RunRecord& record) override { load_.report(end, record); }

private:
    OpenLoad load_;
    std::size_t balancers_;
    std::vector<NodeId> workers_;
};

/// Where dispatchers and workers live.
struct Placement {
    std::vector<NodeId> dispatchers;
    std::vector<NodeId> workers;
};

std::optional<Placement> place(const Settings& settings, std::uint32_t nodes, Errors& errors) {
    const auto dispatchers = static_cast<std::uint32_t>(settings.integer("dispatchers"));
    const bool dedicated = settings.text("placement") == "dedicated";
    if (dispatchers > nodes || (dedicated && dispatchers == nodes)) {
        errors.add(settings.where("dispatchers"), "'dispatchers': " + std::to_string(dispatchers) +
                                                      " of them and their workers do not fit on " +
                                                      std::to_string(nodes) + " nodes");
        return {};
    }
    Placement placement;
    for (std::uint32_t i = 0; i < nodes; ++i) {
        // Dedicated dispatchers take the first nodes; shared ones spread evenly over all.
        const bool takes = dedicated ? i < dispatchers : std::uint64_t{i} * dispatchers % nodes < dispatchers;
        if (takes) placement.dispatchers.push_back(NodeId(i));
        if (!dedicated || !takes) placement.workers.push_back(NodeId(i));
    }
    return placement;
}

BalancerSpec balancer_spec(const Settings& settings) {
    BalancerSpec spec;
    spec.view = settings.text("view") == "own" ? models::ViewSource::own : models::ViewSource::reports;
    if (settings.has("timeout")) spec.timeout = settings.duration("timeout");
    if (settings.has("hedge_after")) spec.hedge_after = settings.duration("hedge_after");
    if (const Choice* retries = settings.child("retries")) {
        spec.retry.attempts = static_cast<std::uint32_t>(retries->settings.integer("attempts"));
        spec.retry.budget = retries->settings.real("budget");
        spec.retry.budget_reserve = static_cast<std::uint32_t>(retries->settings.integer("reserve"));
        spec.retry.backoff = retries->settings.duration("backoff");
    }
    if (const Choice* health = settings.child("health"))
        spec.health = models::HealthSpec{health->settings.duration("every"),
                                         static_cast<std::uint32_t>(health->settings.integer("failures"))};
    return spec;
}

class ServiceKind final : public SystemKind {
public:
    explicit ServiceKind(Settings settings) : settings_(std::move(settings)) {}

    std::unique_ptr<System> assemble(Assembly& assembly) const override {
        Cluster& cluster = assembly.cluster;
        auto load = LoadSpec::make(assembly);
        const auto placement = place(settings_, cluster.nodes(), assembly.errors);
        const std::shared_ptr<const Dispatcher> dispatcher =
            build<Dispatcher>(*settings_.child("scheduling"), assembly.catalog, assembly.errors);
        if (!load || !placement || !dispatcher) return nullptr;
        std::shared_ptr<const models::Layout> partitioning;
        if (const Choice* choice = settings_.child("partitioning")) {
            partitioning = layout(*choice, placement->workers, assembly);
            if (!partitioning) return nullptr;
        }

        // Balancers come first, so that both know each other's ids before either is made.
        const auto count = static_cast<std::uint32_t>(placement->dispatchers.size());
        auto balancer = std::make_shared<BalancerSpec>(balancer_spec(settings_));
        balancer->partitioning = std::move(partitioning);
        auto worker = std::make_shared<WorkerSpec>();
        for (std::uint32_t i = 0; i < count; ++i) worker->balancers.push_back(ProcessId(cluster.processes() + i));
        for (std::size_t i = 0; i < placement->workers.size(); ++i) {
            const NodeSpec& node = cluster.spec(placement->workers[i]);
            const double weight = static_cast<double>(node.server.speed.millionths) * 1e-6 * node.server.cores;
            balancer->workers.push_back(
                {ProcessId(cluster.processes() + count + i), weight, node.server.cores, node.memory});
        }
        set_reporting(*worker, *dispatcher);

        const std::shared_ptr<const BalancerSpec> balancer_shared = std::move(balancer);
        const std::shared_ptr<const WorkerSpec> worker_shared = std::move(worker);
        const std::size_t balancers = cluster.add_host<Balancer>(
            placement->dispatchers, [=](std::uint32_t) { return Balancer(balancer_shared, dispatcher->clone()); });
        cluster.add_host<Worker>(placement->workers, [=](std::uint32_t) { return Worker(worker_shared); });
        OpenLoad open(assembly, std::move(load), worker_shared->balancers);
        return std::make_unique<ServiceSystem>(std::move(open), balancers, placement->workers);
    }

private:
    /// Which workers may serve a key. Null, and an error, if that cannot be.
    std::shared_ptr<const models::Layout> layout(const Choice& choice, const std::vector<NodeId>& workers,
                                                 Assembly& assembly) const {
        const auto partitioning = build<Partitioning>(choice, assembly.catalog, assembly.errors);
        if (!partitioning) return nullptr;
        if (partitioning->candidates() > workers.size()) {
            assembly.errors.add(choice.settings.where("candidates"),
                                "'candidates': there are only " + std::to_string(workers.size()) + " workers");
            return nullptr;
        }
        auto spec = std::make_shared<models::Layout::Spec>();
        spec->keys = partitioning->keys(assembly.catalog, assembly.errors);
        std::unique_ptr<models::Ring> ring = partitioning->ring(assembly.catalog, assembly.errors);
        if (!spec->keys || !ring) return nullptr;
        spec->replicas = static_cast<std::uint8_t>(partitioning->candidates());
        const auto speed_of = [&](NodeId node) {
            const ServerSpec& server = assembly.cluster.spec(node).server;
            return static_cast<double>(server.speed.millionths) * server.cores;
        };
        // By their speeds, the first worker's being one: a ring gives that one as many points as it is told to.
        for (std::size_t i = 0; i < workers.size(); ++i)
            spec->members.push_back({models::MemberId(i),
                                     "node-" + std::to_string(workers[i].value),
                                     speed_of(workers[i]) / speed_of(workers.front()),
                                     {},
                                     {}});
        try {
            ring->reset(spec->members);
            return models::Layout::first(std::move(spec), std::move(ring));
        } catch (const models::RingError& error) {
            assembly.errors.add(choice.settings.where(), std::string("'partitioning': ") + error.what());
            return nullptr;
        }
    }

    void set_reporting(WorkerSpec& worker, const Dispatcher& dispatcher) const {
        const std::string& view = settings_.text("view");
        if (view == "on_change") worker.reporting = models::Reporting::on_change;
        if (view == "periodic") {
            worker.reporting = models::Reporting::periodic;
            worker.report_every = settings_.duration("report_every");
        }
        if (dispatcher.wants_idle()) worker.idle = models::IdleAnnouncement::to_random_balancer;
    }

    Settings settings_;
};

Table service_table() {
    Child scheduling;
    scheduling.name = "scheduling";
    scheduling.shape = Child::Shape::policy;
    scheduling.doc = "which worker takes a request";
    scheduling.family = "dispatcher";
    scheduling.presence = Child::Presence::required;
    Child partitioning;
    partitioning.name = "partitioning";
    partitioning.shape = Child::Shape::policy;
    partitioning.doc = "names the workers that may serve a key, of which `scheduling` picks one; absent: all may";
    partitioning.family = "partitioning";
    Child retries;
    retries.name = "retries";
    retries.doc = "another attempt after a timeout";
    retries.table = std::make_shared<const Table>(
        Table{{{"attempts", Kind::count, "3", 1, 100, "at one request, the first included"},
               {"budget", Kind::ratio, "20%", 0, 10,
                "retries per request in the long run, so that a broken backend is not stormed"},
               {"reserve", Kind::count, "10", 0, 100, "retries that may be made before any request has paid for them"},
               {"backoff", Kind::duration, "0s", 0, 1e15,
                "before a retry, doubled each time; the wait is uniform in its second half"}}});
    Child health;
    health.name = "health";
    health.doc = "health checks by the dispatchers; without them a dead worker is never found out";
    health.table = std::make_shared<const Table>(
        Table{{{"every", Kind::duration, "1s", 1, 1e15, "a round of checks"},
               {"failures", Kind::count, "3", 1, 255, "rounds without an answer before a worker is down"}}});
    return {
        {{"dispatchers", Kind::count, "1", 1, 1e6, "each with an equal part of the arrivals and its own view"},
         {"placement",
          Kind::choice,
          "dedicated",
          0,
          0,
          "dedicated: dispatchers take the first nodes, workers the rest; shared: all nodes work, dispatchers spread "
          "over them",
          {"dedicated", "shared"}},
         {"view",
          Kind::choice,
          "own",
          0,
          0,
          "what a dispatcher knows: its own requests (own), what workers report at each change or every `report_every`",
          {"own", "on_change", "periodic"}},
         {"report_every", Kind::duration, "10ms", 1, 1e15,
          "between load reports of a worker, phases random (view: periodic)"},
         {"timeout", Kind::duration, "", 1, 1e15, "of an attempt; absent: none"},
         {"hedge_after", Kind::duration, "", 1, 1e15,
          "a second attempt at another worker after this long; absent: none"}},
        {partitioning, scheduling, retries, health}};
}

}  // namespace

Row<SystemKind> service_row() {
    return {"service", "dispatchers share requests out over workers", "", service_table(),
            [](const Settings& settings) { return std::make_unique<ServiceKind>(settings); }};
}

}  // namespace orrery
