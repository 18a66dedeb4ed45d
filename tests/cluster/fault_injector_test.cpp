#include "sim/cluster/fault_injector.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "scripted_protocol.hpp"

using namespace orrery;
using namespace orrery::test;

namespace {

constexpr ProcessId first{0u};
constexpr ProcessId second{1u};

/// A fault that only writes down whom it struck and healed.
class Noted final : public Fault {
public:
    struct Stroke {
        enum class Kind : std::uint8_t { struck, healed } kind;
        Time when;
        std::vector<NodeId> nodes;
        friend bool operator==(const Stroke&, const Stroke&) = default;
    };
    using Strokes = std::vector<Stroke>;

    explicit Noted(std::shared_ptr<Strokes> strokes) : strokes_(std::move(strokes)) {}
    std::unique_ptr<Fault> clone() const override { return std::make_unique<Noted>(*this); }
    Struck strike(Cluster& cluster, std::span<const NodeId> targets) const override {
        strokes_->push_back({Stroke::Kind::struck, cluster.kernel().now(), {targets.begin(), targets.end()}});
        return {{}, targets.size()};
    }
    void heal(Cluster& cluster, std::span<const NodeId> targets, const Struck&) const override {
        strokes_->push_back({Stroke::Kind::healed, cluster.kernel().now(), {targets.begin(), targets.end()}});
    }
    std::string_view counted() const override { return "strokes"; }

private:
    std::shared_ptr<Strokes> strokes_;
};

constexpr auto struck = Noted::Stroke::Kind::struck;
constexpr auto healed = Noted::Stroke::Kind::healed;

using When = std::variant<Timetable, Renewal, Recorded>;

std::vector<NodeId> nodes(std::initializer_list<std::uint32_t> numbers) {
    std::vector<NodeId> out;
    for (const std::uint32_t number : numbers) out.push_back(NodeId(number));
    return out;
}

std::vector<NodeId> nodes_below(std::uint32_t count) {
    std::vector<NodeId> out;
    for (std::uint32_t i = 0; i < count; ++i) out.push_back(NodeId(i));
    return out;
}

void inject(ClusterWorld& world, std::vector<FaultPlan> plans, std::uint64_t seed = 1) {
    world.injector.emplace(std::move(plans), seed);
    world.injector->start(world.cluster);
}

/// What a plan with a noted fault does on a cluster of 12 nodes.
Noted::Strokes strokes(Targets targets, When when, Time until = time_max, std::uint64_t seed = 1) {
    ClusterWorld world({.nodes = 12});
    const auto out = std::make_shared<Noted::Strokes>();
    inject(world,
           {{"noted", std::unique_ptr<Fault>(std::make_unique<Noted>(out)), std::move(targets), std::move(when)}},
           seed);
    world.play(until);
    return *out;
}

/// A row's fault, from settings in which what has a default has it.
std::unique_ptr<Fault> fault(const std::string& name) {
    Settings settings;
    settings.set("direction", std::string("both"));
    settings.set("probability", 1.0);
    settings.set("factor", 0.5);
    settings.set("extra", Duration(5us));
    settings.set("by", Duration(5us));
    for (const Row<Fault>& row : faults())
        if (row.name == name) return row.make(settings);
    FAIL("no fault " << name);
    return nullptr;
}

}  // namespace

TEST_CASE("a timetable strikes once and heals after its time") {
    CHECK(strokes({nodes({2, 5})}, Timetable{at(10us), 5us, {}}) ==
          Noted::Strokes{{struck, at(10us), nodes({2, 5})}, {healed, at(15us), nodes({2, 5})}});
    CHECK(strokes({nodes({2})}, Timetable{at(10us), {}, {}}) == Noted::Strokes{{struck, at(10us), nodes({2})}});
    // A time of zero lasts a nanosecond.
    CHECK(strokes({nodes({2})}, Timetable{at(10us), 0us, {}}).back().when == at(10'001ns));
}

TEST_CASE("a timetable with `every` strikes again from its start, overlapping itself if it lasts longer") {
    const auto apart = strokes({nodes({2})}, Timetable{at(10us), 3us, 10us}, at(35us));
    CHECK(apart == Noted::Strokes{{struck, at(10us), nodes({2})},
                                  {healed, at(13us), nodes({2})},
                                  {struck, at(20us), nodes({2})},
                                  {healed, at(23us), nodes({2})},
                                  {struck, at(30us), nodes({2})},
                                  {healed, at(33us), nodes({2})}});
    const auto overlapping = strokes({nodes({2})}, Timetable{at(10us), 25us, 10us}, at(100us));
    CHECK(std::count_if(overlapping.begin(), overlapping.end(), [](const auto& s) { return s.kind == struck; }) == 9);
    CHECK(std::count_if(overlapping.begin(), overlapping.end(), [](const auto& s) { return s.kind == healed; }) ==
          7);  // 35, 45, ... 95
}

TEST_CASE("recorded outages strike and heal as recorded, overlapping ones too") {
    Recorded recorded{{{NodeId(3u), at(10us), at(40us)}, {NodeId(1u), at(5us), {}}, {NodeId(3u), at(20us), at(25us)}}};
    CHECK(strokes({}, recorded) == Noted::Strokes{{struck, at(5us), nodes({1})},
                                                  {struck, at(10us), nodes({3})},
                                                  {struck, at(20us), nodes({3})},
                                                  {healed, at(25us), nodes({3})},
                                                  {healed, at(40us), nodes({3})}});
}

TEST_CASE("a renewal strikes each target by itself, up and down for times of its own") {
    const auto seen =
        strokes({nodes({1, 4})}, Renewal{Distribution::exponential(1e6), Distribution::exponential(2e5)}, at(100ms));
    std::map<NodeId, Noted::Stroke::Kind> last;
    std::map<NodeId, std::set<std::int64_t>> gaps;
    std::map<NodeId, Time> before;
    for (const Noted::Stroke& stroke : seen) {
        REQUIRE(stroke.nodes.size() == 1);
        const NodeId node = stroke.nodes[0];
        if (last.count(node) != 0) CHECK(last[node] != stroke.kind);
        last[node] = stroke.kind;
        gaps[node].insert((stroke.when - before[node]).count());
        before[node] = stroke.when;
    }
    CHECK(last.size() == 2);
    // Independent draws: no gap occurs twice, not even between the two.
    std::set<std::int64_t> all = gaps[NodeId(1u)];
    all.insert(gaps[NodeId(4u)].begin(), gaps[NodeId(4u)].end());
    CHECK(all.size() == seen.size());
    CHECK(seen ==
          strokes({nodes({1, 4})}, Renewal{Distribution::exponential(1e6), Distribution::exponential(2e5)}, at(100ms)));
    CHECK_FALSE(seen == strokes({nodes({1, 4})},
                                Renewal{Distribution::exponential(1e6), Distribution::exponential(2e5)}, at(100ms), 2));
}

TEST_CASE("a target's chance does not depend on who else is a target") {
    const Renewal renewal{Distribution::exponential(1e6), Distribution::exponential(2e5)};
    const auto alone = strokes({nodes({4})}, renewal, at(50ms));
    Noted::Strokes among;
    for (const auto& stroke : strokes({nodes({1, 4, 7})}, renewal, at(50ms)))
        if (stroke.nodes == nodes({4})) among.push_back(stroke);
    CHECK(alone == among);
}

TEST_CASE("renewals strike as often, and keep down as long, as renewal theory says") {
    // Time to failure 90 ms and to repair 10 ms on average, both exponential; 12 nodes for 60 s. A cycle has mean
    // m = 100 ms and variance v = 90^2 + 10^2 = 8200 ms^2, so failures of a node are 600 on average, give or take one
    // for the start, with variance t v / m^3 = 492 (Cox, Renewal Theory, 1962, section 4.2). Twelve: 7200,
    // deviation 76.8. Time down has mean t / 10 and variance t 2 (90^2 10^2) / 100^3 = 1.62 t per node: 72,000 ms,
    // deviation 1080 ms.
    const auto seen = strokes({nodes_below(12)},
                              Renewal{Distribution::exponential(90e6), Distribution::exponential(10e6)}, at(60s), 77);
    std::int64_t failures = 0;
    std::int64_t down = 0;  // ns
    const std::int64_t end = at(60s).time_since_epoch().count();
    for (const auto& stroke : seen) {
        const std::int64_t when = stroke.when.time_since_epoch().count();
        failures += stroke.kind == struck ? 1 : 0;
        down += stroke.kind == struck ? end - when : when - end;
    }
    CHECK(std::abs(failures - 7200) < 5 * 77 + 12);
    CHECK(std::abs(down - 72'000'000'000) < 5 * 1'080'000'000LL + 12 * 10'000'000);
}

TEST_CASE("a fraction is drawn anew at every strike, each target as often as any other") {
    Targets targets{nodes_below(12), 0.25};
    const auto seen = strokes(targets, Timetable{at(0us), 1us, 10us}, at(3995us), 5);
    std::map<NodeId, int> count;
    std::set<std::vector<NodeId>> sets;
    int strikes = 0;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        CHECK(seen[i].nodes.size() == 3);
        CHECK(std::is_sorted(seen[i].nodes.begin(), seen[i].nodes.end()));
        if (seen[i].kind == healed) CHECK(seen[i].nodes == seen[i - 1].nodes);  // whom it struck
        if (seen[i].kind != struck) continue;
        ++strikes;
        sets.insert(seen[i].nodes);
        for (const NodeId node : seen[i].nodes) ++count[node];
    }
    CHECK(strikes == 400);
    CHECK(sets.size() > 100);  // of 220 possible ones, 400 draws leave a share of e^-1.8 = 16 % out
    // Binomial(400, 1/4): 100, deviation 8.7; five of them.
    for (const NodeId node : nodes_below(12)) {
        CHECK(count[node] > 100 - 44);
        CHECK(count[node] < 100 + 44);
    }
}

TEST_CASE("a fraction of everything is everything, of nothing nothing, and a half is rounded up") {
    CHECK(strokes({nodes_below(12), 1.0}, Timetable{}).at(0).nodes == nodes_below(12));
    CHECK(strokes({nodes_below(12), 0.0}, Timetable{}).at(0).nodes.empty());
    CHECK(strokes({nodes_below(3), 0.5}, Timetable{}).at(0).nodes.size() == 2);
}

TEST_CASE("a role is resolved when it strikes, and healed is who was struck") {
    ClusterWorld world({.nodes = 12});
    const auto out = std::make_shared<Noted::Strokes>();
    std::uint32_t leader = 7;
    world.roles = [&](const std::string& role) {
        CHECK(role == "leader");
        return nodes({leader});
    };
    Targets targets;
    targets.role = "leader";
    inject(world,
           {{"noted", std::unique_ptr<Fault>(std::make_unique<Noted>(out)), targets, Timetable{at(10us), 4us, 10us}}});
    world.strike(12us, [&](Cluster&) { leader = 3; });
    world.play(at(25us));
    CHECK(*out == Noted::Strokes{{struck, at(10us), nodes({7})},
                                 {healed, at(14us), nodes({7})},
                                 {struck, at(20us), nodes({3})},
                                 {healed, at(24us), nodes({3})}});
}

TEST_CASE("spans say when a plan was in force, and a plan keeps no more than its share") {
    ClusterWorld world({.nodes = 12});
    const auto out = std::make_shared<Noted::Strokes>();
    const auto noted = [&] { return std::unique_ptr<Fault>(std::make_unique<Noted>(out)); };
    inject(world, {{"often", noted(), {nodes({1})}, Timetable{at(0us), 1us, 2us}},
                   {"late", noted(), {nodes({1})}, Timetable{at(5001us), {}, {}}}});
    world.play(at(6ms));
    const auto& spans = world.injector->spans();
    CHECK(spans.size() == FaultInjector::spans_max + 1);
    CHECK(spans[1].from == at(2us));
    CHECK(spans[1].to == at(3us));
    CHECK(spans.back().plan == 1);
    CHECK(spans.back().from == at(5001us));
    CHECK_FALSE(spans.back().to.has_value());
}

TEST_CASE("effects are counted: nodes that went down, not those that were down already") {
    ClusterWorld world({.nodes = 12});
    inject(world, {{"a", fault("crash"), {nodes({1, 2, 3})}, Timetable{at(10us), 10us, {}}},
                   {"b", fault("crash"), {nodes({3, 4})}, Timetable{at(15us), 10us, {}}},
                   {"never", fault("crash"), {nodes({5})}, Timetable{at(1s), {}, {}}}});
    world.play(at(17us));
    CHECK_FALSE(world.cluster.up(NodeId(3u)));
    world.play(at(22us));
    CHECK(world.cluster.up(NodeId(1u)));
    CHECK_FALSE(world.cluster.up(NodeId(3u)));  // the other plan's
    world.play(at(30us));
    CHECK(world.cluster.up(NodeId(3u)));
    const auto accounts = world.injector->accounts(world.cluster);
    CHECK(accounts[0].effects == 3);
    CHECK(accounts[1].effects == 1);
    CHECK(accounts[2].effects == 0);
}

TEST_CASE("messages that a network fault dropped are its effects, while it is in force and after") {
    ClusterWorld world({}, [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (is_request(seen)) out.send(second, Letter{1});
    });
    inject(world, {{"cut", fault("partition"), {nodes({1})}, Timetable{at(100us), 100us, {}}}});
    for (std::uint32_t i = 0; i < 30; ++i) world.request_at(10us * i + 1us, i);
    world.play(at(150us));
    const std::uint64_t half = world.injector->accounts(world.cluster)[0].effects;
    CHECK(half > 0);
    CHECK(half == world.cluster.counts().lost_in_network);
    world.play();
    // Sent at 81 (arrives 101) to 191: twelve touch the cut.
    CHECK(world.injector->accounts(world.cluster)[0].effects == 12);
    CHECK(world.cluster.counts().lost_in_network == 12);
    CHECK(world.inputs(1).size() == 18);
}

TEST_CASE("every fault that ships changes something while it is in force, and nothing once it is healed") {
    // Process 0 sends a letter every 100 us and works 10 us for it; the fault is in force from 1 ms to 2 ms.
    const auto script = [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (!is_request(seen)) return;
        out.send(second, Letter{std::stoull(seen.what.substr(8))});
        out.work({10us});
    };
    const auto history = [&](const Row<Fault>* row, Execution execution) {
        ClusterWorld world({.nodes = 4, .execution = execution}, script);
        if (row != nullptr) inject(world, {{row->name, fault(row->name), {nodes({0})}, Timetable{at(1ms), 1ms, {}}}});
        for (std::uint32_t i = 0; i < 40; ++i) world.request_at(100us * i + 50us, i);
        world.play();
        if (row != nullptr) CHECK_MESSAGE(world.injector->accounts(world.cluster)[0].effects > 0, row->name);
        return *world.log;
    };
    const auto part = [](const std::vector<Seen>& log, Time from, Time to) {
        std::vector<std::pair<Time, std::string>> out;
        for (const Seen& seen : log) {
            // Tickets go on where they were: which number a unit of work has may differ.
            const bool is_worked = seen.what.rfind("worked", 0) == 0;
            if (seen.at >= from && seen.at < to) out.emplace_back(seen.at, is_worked ? "worked" : seen.what);
        }
        return out;
    };
    const auto plain = history(nullptr, Execution::merged);
    std::size_t rows = 0;
    for (const Row<Fault>& row : faults()) {
        CAPTURE(row.name);
        const auto struck_log = history(&row, Execution::merged);
        CHECK(part(plain, at(0us), at(1ms)) == part(struck_log, at(0us), at(1ms)));
        CHECK(part(plain, at(1ms), at(2ms)) != part(struck_log, at(1ms), at(2ms)));
        // A paused node still had ten units of work to do.
        CHECK(part(plain, at(2150us), time_max) == part(struck_log, at(2150us), time_max));
        const auto windowed = history(&row, Execution::windowed);
        CHECK(part(struck_log, at(0us), time_max).size() == part(windowed, at(0us), time_max).size());
        ++rows;
    }
    CHECK(rows == 9);
}

TEST_CASE("a crash of processes leaves the nodes up") {
    Settings settings;
    settings.set("process", std::vector<std::string>{"1"});
    for (const Row<Fault>& row : faults()) {
        if (row.name != "crash") continue;
        ClusterWorld world({.nodes = 3});
        inject(world, {{"processes", row.make(settings), {nodes({1})}, Timetable{at(10us), 10us, {}}}});
        world.play(at(15us));
        CHECK(world.cluster.up(NodeId(1u)));
        CHECK_FALSE(world.cluster.running(second));
        CHECK(world.cluster.running(first));
        CHECK(world.injector->accounts(world.cluster)[0].effects == 1);
        world.play();
        CHECK(world.cluster.running(second));
    }
}

TEST_CASE("a one-sided partition cuts what it says: what the targets send, or what they are sent") {
    const auto script = [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (is_request(seen)) out.send(second, Letter{1});
        if (seen.process == second && seen.what.rfind("receive", 0) == 0) out.send(first, Letter{2});
    };
    for (const std::string direction : {"both", "out", "in"}) {
        Settings settings;
        settings.set("direction", direction);
        for (const Row<Fault>& row : faults()) {
            if (row.name != "partition") continue;
            ClusterWorld world({.nodes = 3}, script);
            inject(world, {{"cut", row.make(settings), {nodes({1})}, Timetable{at(0us), {}, {}}}});
            world.request_at(1us, 1);
            world.play();
            // Node 1 is the target: it receives unless `in` is cut, its answer passes unless `out` is.
            CHECK((world.inputs(1).size() == 1) == (direction == "out"));
            CHECK(world.inputs(0).size() == 1);
            CHECK(world.injector->accounts(world.cluster)[0].effects == 1);
        }
    }
}
