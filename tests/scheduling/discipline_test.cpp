#include <doctest/doctest.h>

#include <utility>

#include "scheduling_helpers.hpp"
#include "sim/base/check.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

using Schedule = std::vector<std::pair<JobId, std::int64_t>>;

Time at(std::int64_t nanoseconds) {
    return Time(Duration(nanoseconds));
}

Job job(JobId id, std::int64_t cost) {
    return {id, Duration(cost), 0, {}};
}
Job ranked(JobId id, std::int64_t cost, std::int32_t priority) {
    return {id, Duration(cost), priority, {}};
}
Job due(JobId id, std::int64_t cost, std::int64_t deadline) {
    return {id, Duration(cost), 0, at(deadline)};
}

/// Completes all that is due before or at `until`.
void run_until(QueueDiscipline& server, std::int64_t until, Schedule& schedule) {
    for (auto next = server.next_completion(); next && *next <= at(until); next = server.next_completion())
        schedule.emplace_back(server.complete(*next), next->time_since_epoch().count());
}

Schedule run_out(QueueDiscipline& server) {
    Schedule schedule;
    run_until(server, 1'000'000'000'000, schedule);
    return schedule;
}

std::unique_ptr<QueueDiscipline> server_with(const char* name, const char* preemption, ServerSpec spec = {}) {
    const auto rows = disciplines();
    Settings settings;
    settings.set("preemption", std::string(preemption));
    auto made = row_of(rows, name).make(settings);
    made->reset(spec);
    return made;
}

}  // namespace

TEST_CASE("first come, first served: one after the other, whatever their size") {
    const auto fifo = server("fifo");
    fifo->enter(job(7, 10), at(0));
    fifo->enter(job(8, 1), at(2));
    fifo->enter(job(9, 5), at(2));
    CHECK(fifo->jobs() == 3);
    CHECK(fifo->cores_busy() == 1);
    CHECK(fifo->work_left(at(4)) == Duration(6 + 1 + 5));
    CHECK(run_out(*fifo) == Schedule{{7, 10}, {8, 11}, {9, 16}});
    CHECK_FALSE(fifo->next_completion());
}

TEST_CASE("on two cores a short job overtakes a long one that came before, and equal finishes go by arrival") {
    const auto fifo = server("fifo", {2, {}});
    fifo->enter(job(1, 10), at(0));
    fifo->enter(job(2, 4), at(0));
    fifo->enter(job(3, 6), at(1));
    fifo->enter(job(4, 1), at(1));
    // 1 until 10; 2 until 4, then 3 until 10; 4 until 11. Both at 10: 1 came first.
    CHECK(run_out(*fifo) == Schedule{{2, 4}, {1, 10}, {3, 10}, {4, 11}});
}

TEST_CASE("two jobs of 10 and 20 that share a processor are done at 20 and 30") {
    const auto shared = server("processor_sharing");
    shared->enter(job(1, 10), at(0));
    shared->enter(job(2, 20), at(0));
    CHECK(shared->work_left(at(5)) == Duration(25));
    CHECK(run_out(*shared) == Schedule{{1, 20}, {2, 30}});
}

TEST_CASE("sharing among changing numbers of jobs stays exact where the exact times are whole") {
    const auto shared = server("processor_sharing");
    shared->enter(job(1, 15), at(0));
    shared->enter(job(2, 15), at(0));
    shared->enter(job(3, 15), at(0));
    // Thirds: 10/3 each at 10; one leaves; halves: 5 more each at 20; a new one comes; thirds again. The two have
    // 15 - 10/3 - 5 = 20/3 left, at a third each until 40; the new one has then 20/3 of 10, and 10/3 alone.
    CHECK(shared->leave(2, at(10)));
    shared->enter(job(4, 10), at(20));
    CHECK(run_out(*shared) == Schedule{{1, 40}, {3, 40}, {4, 44}});  // 43 1/3, rounded up
}

TEST_CASE("no job gets more than a core of a shared processor") {
    const auto shared = server("processor_sharing", {2, {}});
    shared->enter(job(1, 10), at(0));
    CHECK(shared->cores_busy() == 1);
    CHECK(shared->next_completion() == at(10));
    shared->enter(job(2, 10), at(0));
    CHECK(shared->next_completion() == at(10));
    shared->enter(job(3, 10), at(0));
    CHECK(shared->cores_busy() == 2);
    // Two cores for three: 15 until all are done together.
    CHECK(run_out(*shared) == Schedule{{1, 15}, {2, 15}, {3, 15}});
}

TEST_CASE("SRPT interrupts for a shorter job, not for an equal one") {
    const auto srpt = server("srpt");
    srpt->enter(job(1, 10), at(0));
    srpt->enter(job(2, 3), at(2));  // 3 < 8: interrupts
    srpt->enter(job(3, 8), at(4));  // equal to what is left of 1, which came first
    srpt->enter(job(4, 1), at(4));  // equal to what is left of 2: waits for it
    CHECK(srpt->work_left(at(4)) == Duration(8 + 1 + 8 + 1));
    CHECK(run_out(*srpt) == Schedule{{2, 5}, {4, 6}, {1, 14}, {3, 22}});
}

TEST_CASE("SRPT on two cores interrupts the one with most left") {
    const auto srpt = server("srpt", {2, {}});
    srpt->enter(job(1, 10), at(0));
    srpt->enter(job(2, 6), at(0));
    srpt->enter(job(3, 2), at(1));  // 9 and 5 left: takes the core of 1
    CHECK(run_out(*srpt) == Schedule{{3, 3}, {2, 6}, {1, 12}});
}

TEST_CASE("a job whose work is done is not interrupted in its last instant") {
    const auto priority = server_with("priority", "resume");
    priority->enter(ranked(1, 5, 0), at(0));
    priority->enter(ranked(2, 5, 9), at(5));
    CHECK(run_out(*priority) == Schedule{{1, 5}, {2, 10}});
}

TEST_CASE("EDF serves by deadline, those without one last, equal ones in order of arrival") {
    SUBCASE("preemptive") {
        const auto edf = server_with("edf", "resume");
        edf->enter(job(1, 4), at(0));
        edf->enter(due(2, 4, 100), at(1));
        edf->enter(due(3, 2, 50), at(2));
        edf->enter(due(4, 1, 50), at(2));
        CHECK(run_out(*edf) == Schedule{{3, 4}, {4, 5}, {2, 8}, {1, 11}});
    }
    SUBCASE("non-preemptive") {
        const auto edf = server_with("edf", "none");
        edf->enter(job(1, 4), at(0));
        edf->enter(due(2, 4, 100), at(1));
        edf->enter(due(3, 2, 50), at(2));
        edf->enter(due(4, 1, 50), at(2));
        CHECK(run_out(*edf) == Schedule{{1, 4}, {3, 6}, {4, 7}, {2, 11}});
    }
}

TEST_CASE("priority serves the largest first, ties in order of arrival") {
    SUBCASE("preemptive: the interrupted job goes on where it was") {
        const auto priority = server_with("priority", "resume");
        priority->enter(ranked(1, 10, 0), at(0));
        priority->enter(ranked(2, 5, 1), at(3));
        priority->enter(ranked(3, 5, 1), at(4));  // a tie with 2 interrupts nobody
        priority->enter(ranked(4, 1, 0), at(4));
        priority->enter(ranked(5, 2, 7), at(5));
        CHECK(run_out(*priority) == Schedule{{5, 7}, {2, 10}, {3, 15}, {1, 22}, {4, 23}});
    }
    SUBCASE("non-preemptive: only when a core is free") {
        const auto priority = server_with("priority", "none");
        priority->enter(ranked(1, 10, 0), at(0));
        priority->enter(ranked(2, 5, 1), at(3));
        priority->enter(ranked(3, 5, 1), at(4));
        priority->enter(ranked(4, 1, 0), at(4));
        priority->enter(ranked(5, 2, 7), at(5));
        CHECK(run_out(*priority) == Schedule{{1, 10}, {5, 12}, {2, 17}, {3, 22}, {4, 23}});
    }
}

TEST_CASE("half the speed takes twice as long, and a change counts for what is left") {
    for (const auto& row : disciplines()) {
        CAPTURE(row.name);
        const auto one = server(row.name);
        one->enter(job(1, 100), at(0));
        one->set_speed(Speed{500'000}, at(40));
        CHECK(one->next_completion() == at(160));
        CHECK(one->work_left(at(100)) == Duration(30));
        one->set_speed(Speed{3'000'000}, at(100));
        CHECK(one->next_completion() == at(110));
        one->set_speed(Speed{0}, at(105));
        CHECK_FALSE(one->next_completion());
        CHECK(one->cores_busy() == 0);
        CHECK(one->work_left(at(500)) == Duration(15));
        one->set_speed(Speed{1'000'000}, at(500));
        CHECK(run_out(*one) == Schedule{{1, 515}});
    }
}

TEST_CASE("a rate that does not divide is rounded up once, at the end") {
    for (const auto& row : disciplines()) {
        CAPTURE(row.name);
        const auto third = server(row.name, {1, Speed{333'333}});
        third->enter(job(1, 1), at(0));
        CHECK(third->next_completion() == at(4));  // 3.000003
        // Speeds that change every nanosecond lose nothing: 10 x 0.333333 + 10 x 0.666667 = 10.
        const auto changing = server(row.name, {1, Speed{333'333}});
        changing->enter(job(1, 10), at(0));
        for (std::int64_t i = 1; i < 20; ++i) changing->set_speed(Speed{i % 2 == 0 ? 333'333u : 666'667u}, at(i));
        CHECK(run_out(*changing) == Schedule{{1, 20}});
    }
}

TEST_CASE("a job of no cost is done when it is served, and waits while the server is paused") {
    for (const auto& row : disciplines()) {
        CAPTURE(row.name);
        const auto one = server(row.name);
        one->enter(job(1, 0), at(3));
        CHECK(one->next_completion() == at(3));
        one->set_speed(Speed{0}, at(3));
        CHECK_FALSE(one->next_completion());
        one->set_speed(Speed{}, at(9));
        CHECK(run_out(*one) == Schedule{{1, 9}});
    }
}

TEST_CASE("a job that leaves makes room for the next, from the core or from the queue") {
    for (const auto& row : disciplines()) {
        CAPTURE(row.name);
        const auto one = server(row.name);
        one->enter(job(1, 10), at(0));
        one->enter(job(2, 10), at(0));
        one->enter(job(3, 10), at(0));
        CHECK_FALSE(one->leave(4, at(0)));
        CHECK(one->leave(2, at(0)));
        CHECK_FALSE(one->leave(2, at(0)));
        CHECK(one->leave(1, at(0)));
        CHECK(one->jobs() == 1);
        CHECK(one->work_left(at(0)) == Duration(10));
        CHECK(run_out(*one) == Schedule{{3, 10}});
    }
}

TEST_CASE("a cleared server gives up all jobs in order of arrival and starts afresh") {
    for (const auto& row : disciplines()) {
        CAPTURE(row.name);
        const auto one = server(row.name, {2, {}});
        for (const JobId id : {9u, 3u, 7u, 1u, 5u})
            one->enter(ranked(id, 10 + id, static_cast<std::int32_t>(id)), at(0));
        CHECK(one->clear(at(4)) == std::vector<JobId>{9, 3, 7, 1, 5});
        CHECK(one->jobs() == 0);
        CHECK(one->work_left(at(4)) == Duration{});
        CHECK_FALSE(one->next_completion());
        one->enter(job(3, 5), at(6));
        CHECK(run_out(*one) == Schedule{{3, 11}});
    }
}

TEST_CASE("the queue of a FIFO server survives any order of giving up") {
    const auto fifo = server("fifo");
    for (JobId id = 0; id < 100; ++id) fifo->enter(job(id, 1), at(0));
    for (JobId id = 2; id < 100; id += 3) CHECK(fifo->leave(id, at(0)));
    for (JobId id = 99; id > 50; id -= 3) CHECK(fifo->leave(id, at(0)));
    for (JobId id = 200; id < 260; ++id) fifo->enter(job(id, 1), at(0));
    std::vector<JobId> expected;
    for (JobId id = 0; id < 100; ++id)
        if (id % 3 != 2 && (id % 3 != 0 || id <= 50)) expected.push_back(id);
    for (JobId id = 200; id < 260; ++id) expected.push_back(id);
    CHECK(fifo->work_left(at(0)) == Duration(static_cast<std::int64_t>(expected.size())));
    CHECK(fifo->clear(at(0)) == expected);
}

TEST_CASE("costs beyond any time saturate instead of overflowing") {
    for (const auto& row : disciplines()) {
        CAPTURE(row.name);
        const auto one = server(row.name, {1, Speed{1}});
        one->enter({1, Duration::max(), 0, {}}, at(1000));
        one->enter({2, Duration::max(), 0, {}}, at(1000));
        CHECK(one->next_completion() == time_max);
        CHECK(one->work_left(at(1000)) == Duration::max());
        CHECK(one->clear(at(2000)).size() == 2);
    }
}

TEST_CASE("a completion that is not due, a negative cost and a server without cores break an invariant") {
    for (const auto& row : disciplines()) {
        CAPTURE(row.name);
        const auto one = server(row.name);
        CHECK_THROWS_AS(one->complete(at(0)), InvariantBroken);
        one->enter(job(1, 10), at(0));
        CHECK_THROWS_AS(one->complete(at(9)), InvariantBroken);
        CHECK_THROWS_AS(one->enter(job(2, -1), at(0)), InvariantBroken);
        CHECK_THROWS_AS(one->reset(ServerSpec{0, {}}), InvariantBroken);
    }
}
