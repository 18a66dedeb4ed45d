#include "sim/cluster/processor.hpp"

#include <doctest/doctest.h>

#include "scripted_protocol.hpp"

using namespace orrery;
using namespace orrery::test;

namespace {

Processor processor(std::uint32_t cores, const std::string& discipline = "fifo", Window window = {}) {
    for (const auto& row : models::disciplines())
        if (row.name == discipline) return Processor(*row.make(Settings{}), {cores, {}}, window);
    FAIL("no discipline " << discipline);
    std::abort();
}

void enter(Processor& into, std::size_t process, std::uint64_t ticket, Duration cost, Time now) {
    into.enter({ProcessId(process), Ticket{ticket}}, Work{cost}, now);
}

/// Tickets in order of completion, with their times.
std::vector<std::pair<std::uint64_t, Time>> finish(Processor& from) {
    std::vector<std::pair<std::uint64_t, Time>> out;
    while (const auto next = from.next_completion()) out.emplace_back(from.complete(*next).ticket.value, *next);
    return out;
}

using Done = std::vector<std::pair<std::uint64_t, Time>>;

}  // namespace

TEST_CASE("work is done in order, each unit by whoever asked for it") {
    Processor one = processor(1);
    CHECK_FALSE(one.next_completion().has_value());
    enter(one, 4, 1, 10us, at(0us));
    enter(one, 5, 1, 5us, at(2us));
    CHECK(one.next_completion() == at(10us));
    CHECK(one.jobs() == 2);
    CHECK(one.work_left(at(4us)) == 11us);
    CHECK(one.complete(at(10us)).process == ProcessId(4u));
    CHECK(one.complete(at(15us)).process == ProcessId(5u));
    CHECK(one.jobs() == 0);
}

TEST_CASE("numbers of finished work are used again without mixing anybody up") {
    Processor one = processor(2);
    Time now = at(0us);
    std::uint64_t ticket = 0;
    RandomStream random(8);
    std::vector<std::uint64_t> expected, done;
    for (int i = 0; i < 500; ++i) {
        enter(one, 1, ++ticket, Duration(1000), now);
        if (random.below(2) == 0 || one.jobs() > 5) {
            now = *one.next_completion();
            done.push_back(one.complete(now).ticket.value);
        }
    }
    for (const auto& [each, when] : finish(one)) done.push_back(each);
    for (std::uint64_t i = 1; i <= ticket; ++i) expected.push_back(i);
    CHECK(done == expected);  // equal costs, first come, first served
}

TEST_CASE("dropping a process takes out its work, waiting and in service, and nobody else's") {
    for (const char* discipline : {"fifo", "processor_sharing"}) {
        Processor one = processor(1, discipline);
        enter(one, 1, 1, 10us, at(0us));
        enter(one, 2, 2, 10us, at(0us));
        enter(one, 1, 3, 10us, at(0us));
        enter(one, 2, 4, 10us, at(0us));
        CHECK(one.drop(ProcessId(1u), at(0us)) == 2);
        CHECK(one.jobs() == 2);
        CHECK(one.drop(ProcessId(1u), at(0us)) == 0);
        CHECK(one.drop(ProcessId(9u), at(0us)) == 0);
        const Done done = finish(one);
        REQUIRE(done.size() == 2);
        CHECK(done.back().second == at(20us));
    }
}

TEST_CASE("speed applies to what is left, and speed zero stands still") {
    Processor one = processor(1);
    enter(one, 1, 1, 100us, at(0us));
    one.set_speed(Speed{500'000}, at(20us));
    CHECK(one.next_completion() == at(180us));
    one.set_speed(Speed{0}, at(60us));
    CHECK_FALSE(one.next_completion().has_value());
    CHECK(one.cores_busy() == 0);
    one.set_speed(Speed{}, at(1000us));
    CHECK(one.next_completion() == at(1060us));
}

TEST_CASE("busy and inside are integrals over the window, by hand") {
    Processor one = processor(2, "fifo", Window{at(5us), at(25us)});
    enter(one, 1, 1, 10us, at(0us));  // 0..10 on the first core
    enter(one, 1, 2, 20us, at(0us));  // 0..20 on the second
    enter(one, 1, 3, 15us, at(2us));  // waits until 10, then 10..25
    CHECK(finish(one) == Done{{1, at(10us)}, {2, at(20us)}, {3, at(25us)}});
    // Busy in [5, 25): 2 cores for 15 us, then 1 for 5. Inside: 3 for 5 us, 2 for 10, 1 for 5.
    CHECK(one.occupancy().busy(at(25us)) == 35'000);
    CHECK(one.occupancy().inside(at(25us)) == 40'000);
    CHECK(one.occupancy().inside_max() == 3);
}

TEST_CASE("series show the same levels along the time axis") {
    Processor one = processor(1);
    one.record_series(Bins{at(0us), 10us, 3});
    enter(one, 1, 1, 15us, at(0us));
    enter(one, 1, 2, 10us, at(5us));
    finish(one);
    CHECK(one.occupancy().busy(at(30us)) == 25'000);
    CHECK(one.occupancy().inside(at(30us)) == 35'000);
    const auto series = one.occupancy().series();
    REQUIRE(series.has_value());
    CHECK(series->busy == std::vector<double>{1, 1, 0.5});
    CHECK(series->inside == std::vector<double>{1.5, 1.5, 0.5});
}

TEST_CASE("a copy of a processor goes its own way") {
    Processor one = processor(1);
    enter(one, 1, 1, 10us, at(0us));
    Processor copy = one;
    enter(copy, 1, 2, 5us, at(0us));
    copy.set_speed(Speed{500'000}, at(0us));
    CHECK(finish(one) == Done{{1, at(10us)}});
    CHECK(finish(copy) == Done{{1, at(20us)}, {2, at(30us)}});
}
