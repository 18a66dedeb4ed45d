// What a node and a client answer, step by step: inputs on the left, outputs on the right.
#include <doctest/doctest.h>

#include <sstream>

#include "models/partitioning/store/store_node.hpp"
#include "models/partitioning/store/store_router.hpp"
#include "test_ring.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::test;

namespace {

std::string text_of(const StoreMessage& message) {
    std::ostringstream out;
    std::visit(Overloaded{[&](const Get& m) { out << "Get key=" << m.key << " map=" << m.map; },
                          [&](const Found& m) {
                              out << (m.what == Found::What::item ? "Found stamp=" : "Found nothing");
                              if (m.what == Found::What::item) out << m.version.stamp << " size=" << m.body.size;
                          },
                          [&](const Set& m) {
                              out << "Set key=" << m.key << " stamp=" << m.version.stamp << " map=" << m.map;
                          },
                          [&](const Stored& m) { out << (m.what == Stored::What::stored ? "Stored" : "Full"); },
                          [&](const Redirect& m) { out << "Redirect map=" << m.map; },
                          [&](const NotServing&) { out << "NotServing"; },
                          [&](const FetchMap& m) { out << "FetchMap known=" << m.known; },
                          [&](const Fenced& m) { out << "Fenced map=" << m.map; },
                          [&](const Renew& m) { out << "Renew admission=" << m.admission; },
                          [&](const CopyItem& m) {
                              out << "CopyItem key=" << m.key << " " << int{m.index} + 1 << "/" << int{m.count};
                          },
                          [&](const CopyTaken&) { out << "CopyTaken"; },
                          [&](const CopiedOut& m) { out << "CopiedOut map=" << m.map; },
                          [&](const Dropped& m) { out << "Dropped map=" << m.map; }, [&](const auto&) { out << "?"; }},
               message);
    return out.str();
}

/// One process with a clock of its own, whose outputs are written down.
template <class P>
class Bench {
public:
    Bench(P value, ProcessId self) : value_(std::move(value)), self_(self) {}

    template <class I>
    std::string step(const I& input) {
        Env env{self_, time_zero + now, random_};
        outbox_.open(next_);
        value_.step(env, Input<P>(input), outbox_);
        next_ = outbox_.next_ticket();
        std::string out;
        last.clear();
        for (auto& output : outbox_.outputs()) {
            std::string one;
            if (auto* send = std::get_if<Send<P>>(&output)) {
                last.push_back(send->message);
                one = std::to_string(send->to.value) + ": " + text_of(send->message);
                if (send->after) one += " after " + std::to_string(send->after->value);
            } else if (auto* reply = std::get_if<Reply<P>>(&output)) {
                if constexpr (std::is_same_v<typename P::Result, StoreResult>) {
                    const char* outcomes[] = {"ok", "absent", "timed out", "unavailable", "refused"};
                    one = std::string("reply ") + outcomes[static_cast<int>(reply->result.outcome)] +
                          " stamp=" + std::to_string(reply->result.version.stamp);
                }
            } else if (std::holds_alternative<Sync>(output)) {
                one = "sync " + std::to_string(std::get<Sync>(output).ticket.value);
            } else if (std::holds_alternative<Append<P>>(output)) {
                one = "append";
            } else {
                continue;  // timers and notes
            }
            out += (out.empty() ? "" : "; ") + one;
        }
        return out;
    }
    std::string get(const StoreMessage& message, ProcessId from) { return step(Receive<P>{from, message}); }

    Duration now{};
    std::vector<StoreMessage> last;
    P& value() { return value_; }

private:
    P value_;
    ProcessId self_;
    RandomStream random_{1};
    Outbox<P> outbox_;
    Ticket next_{1};
};

std::shared_ptr<const Layout> layout_of(std::size_t all, std::size_t first) {
    auto spec = std::make_shared<Layout::Spec>();
    spec->keys = std::make_shared<KeySpace>(KeySpace::slices(1));
    spec->members = members_of(all);
    spec->replicas = 3;
    auto ring = std::make_unique<TestRing>();
    ring->reset(std::span(spec->members).first(first));
    return Layout::first(spec, std::move(ring));
}

constexpr ProcessId coordinator{0u};
constexpr ProcessId client{1u};

StoreNode node_of(Durability durability) {
    StoreNodeSpec spec;
    spec.coordinator = coordinator;
    for (std::size_t i = 0; i < 4; ++i) spec.nodes.push_back(ProcessId(10 + i));
    spec.durability = durability;
    spec.lease = 3s;
    spec.layout = layout_of(4, 3);
    auto share = std::make_shared<StoreNodeShare>();
    share->items = std::make_shared<std::vector<InitialItem>>(std::vector<InitialItem>{{1, 100}, {2, 100}});
    share->mine = {0, 1};
    return {std::make_shared<const StoreNodeSpec>(spec), share};
}

Get get_of(std::uint64_t key, std::uint32_t map) {
    Get get;
    get.call = 5;
    get.key = key;
    get.map = map;
    return get;
}

Set set_of(std::uint64_t key, std::int64_t stamp, std::uint32_t map) {
    Set set;
    set.call = 6;
    set.key = key;
    set.version = {stamp, 1};
    set.map = map;
    set.body = Filler{50};
    return set;
}

}  // namespace

TEST_CASE("transcript: a node reads, writes, keeps the later version, and sends old maps on") {
    Bench<StoreNode> node(node_of(Durability::memory), ProcessId(10u));
    CHECK(node.step(Start{}) == "");
    CHECK(node.get(get_of(1, 0), client) == "1: Found stamp=0 size=100");
    CHECK(node.get(get_of(9, 0), client) == "1: Found nothing");
    CHECK(node.get(set_of(1, 70, 0), client) == "1: Stored");
    CHECK(node.get(set_of(1, 60, 0), client) == "1: Stored");  // the later one is there
    CHECK(node.get(get_of(1, 0), client) == "1: Found stamp=70 size=50");
    CHECK(node.get(Fence{{UnitId(0u), 1}, 4}, coordinator) == "0: Fenced map=4");
    CHECK(node.get(Fence{{UnitId(0u), 1}, 3}, coordinator) == "0: Fenced map=3");  // late: 4 still counts
    CHECK(node.get(get_of(1, 3), client) == "1: Redirect map=4");
    CHECK(node.get(set_of(1, 80, 3), client) == "1: Redirect map=4");
    CHECK(node.get(get_of(1, 4), client) == "1: Found stamp=70 size=50");
    CHECK(node.get(get_of(1, 9), client) == "1: Found stamp=70 size=50");
}

TEST_CASE("transcript: a node serves to the end of its lease, and one that is admitted anew starts over") {
    Bench<StoreNode> node(node_of(Durability::memory), ProcessId(10u));
    node.step(Start{});
    node.now = 2999ms;
    CHECK(node.get(get_of(1, 0), client) == "1: Found stamp=0 size=100");
    node.now = 3000ms;
    CHECK(node.get(get_of(1, 0), client) == "1: NotServing");
    CHECK(node.step(Expire{TimerId(0u)}) == "0: Renew admission=1");
    // It asked at 3 s; the answer comes late, and the lease is that much shorter.
    node.now = 4000ms;
    CHECK(node.get(Lease{time_zero + 3s, 1, 0, Lease::Items::kept}, coordinator) == "");
    node.now = 5999ms;
    CHECK(node.get(get_of(1, 0), client) == "1: Found stamp=0 size=100");
    node.now = 6001ms;
    CHECK(node.get(get_of(1, 0), client) == "1: NotServing");
    CHECK(node.get(Lease{time_zero + 6s, 2, 7, Lease::Items::given_up}, coordinator) == "0: Renew admission=2");
    CHECK(node.get(get_of(1, 6), client) == "1: Redirect map=7");
    CHECK(node.get(get_of(1, 7), client) == "1: Found nothing");
}

TEST_CASE("transcript: with every write on disk the answer waits for the disk, also that of what is there already") {
    Bench<StoreNode> node(node_of(Durability::synced), ProcessId(10u));
    node.step(Start{});
    CHECK(node.get(set_of(1, 70, 0), client) == "append; sync 1; 1: Stored after 1");
    CHECK(node.get(set_of(1, 70, 0), client) == "sync 2; 1: Stored after 2");
    // First the work, then the disk; a fence in between counts.
    Set slow = set_of(2, 90, 0);
    slow.work = 1ms;
    CHECK(node.get(slow, client) == "");
    CHECK(node.step(Worked{Ticket{3}}) == "append; sync 4; 1: Stored after 4");
    CHECK(node.get(slow, client) == "");
    node.get(Fence{{UnitId(0u), 1}, 2}, coordinator);
    CHECK(node.step(Worked{Ticket{5}}) == "1: Redirect map=2");
}

TEST_CASE("transcript: a node copies what the new member lacks, again where it was not taken, and then says so") {
    Bench<StoreNode> node(node_of(Durability::memory), ProcessId(10u));
    node.step(Start{});
    CHECK(node.get(CopyOut{{UnitId(0u), 1}, 2}, coordinator) == "0: FetchMap known=0");
    CHECK(node.get(CopyOut{{UnitId(0u), 1}, 2}, coordinator) == "0: FetchMap known=0");  // told again
    MapChange joined;
    joined.version = 1;
    joined.member = MemberId(3u);
    CHECK(node.get(Published{joined, 2}, coordinator) == "");
    MapChange copying;
    copying.kind = MapChange::Kind::copying;
    copying.version = 2;
    std::string sent = node.get(Published{copying, 2}, coordinator);
    if (sent == "0: CopiedOut map=2") return;  // none of its keys goes to the new member: seen to by others
    CHECK(sent.find("13: CopyItem key=") == 0);
    const auto first = std::get<CopyItem>(node.last.front());
    const std::size_t count = node.last.size();
    node.now = 1100ms;
    CHECK(node.step(Expire{TimerId(1u)}) == sent);
    for (std::size_t i = 0; i < count; ++i) {
        const std::string answer = node.get(CopyTaken{first.batch, static_cast<std::uint8_t>(i)}, ProcessId(13u));
        CHECK(answer == (i + 1 == count ? "0: CopiedOut map=2" : ""));
        CHECK(node.get(CopyTaken{first.batch, static_cast<std::uint8_t>(i)}, ProcessId(13u)) == "");  // doubled
    }
}

TEST_CASE("transcript: a client writes to all, is sent on, fetches the map, and writes again with the same version") {
    StoreRouterSpec spec;
    spec.coordinator = coordinator;
    for (std::size_t i = 0; i < 4; ++i) spec.nodes.push_back(ProcessId(10 + i));
    spec.layout = layout_of(4, 3);
    Bench<StoreRouter> router(StoreRouter(std::make_shared<const StoreRouterSpec>(spec)), client);
    router.step(Start{});
    router.now = 50ns;
    StoreRequest write;
    write.key = 1;
    write.access = StoreAccess::write;
    const std::string sets = router.step(Request<StoreRouter>{RequestId{8}, write});
    CHECK(router.last.size() == 3);
    for (const StoreMessage& message : router.last) CHECK(text_of(message) == "Set key=1 stamp=50 map=0");
    const auto call = std::get<Set>(router.last.front()).call;
    CHECK(router.get(Stored{call, Stored::What::stored}, ProcessId(10u)) == "");
    CHECK(router.get(Stored{call, Stored::What::stored}, ProcessId(10u)) == "");  // doubled: does not count
    CHECK(router.get(Redirect{call, 1}, ProcessId(11u)) == "0: FetchMap known=0");
    MapChange died;
    died.kind = MapChange::Kind::left;
    died.version = 1;
    died.member = MemberId(0u);
    router.now = 90ns;
    const std::string again = router.get(Published{died, 1}, coordinator);
    // The answers to the first attempt come too late.
    CHECK(router.last.size() == 3);
    const auto second = std::get<Set>(router.last.front());
    CHECK(second.version.stamp == 50);
    CHECK(second.call != call);
    CHECK(router.get(Stored{call, Stored::What::stored}, ProcessId(12u)) == "");
    CHECK(router.get(Stored{second.call, Stored::What::stored}, ProcessId(10u)) == "");
    CHECK(router.get(Stored{second.call, Stored::What::stored}, ProcessId(11u)) == "");
    CHECK(router.get(Stored{second.call, Stored::What::stored}, ProcessId(12u)) == "reply ok stamp=50");
    CHECK(router.get(Stored{second.call, Stored::What::stored}, ProcessId(12u)) == "");
}
