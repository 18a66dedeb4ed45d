#include "sim/cluster/pending.hpp"

#include <doctest/doctest.h>

#include <set>

#include "sim/base/random.hpp"

using namespace orrery;

TEST_CASE("a ticket is found while it is open, and never after") {
    PendingTickets pending;
    CHECK(pending.find(Ticket{1}) == nullptr);
    pending.open(Ticket{3}, PendingTickets::Entry::State::working);
    REQUIRE(pending.find(Ticket{3}) != nullptr);
    CHECK(pending.find(Ticket{3})->state == PendingTickets::Entry::State::working);
    CHECK(pending.find(Ticket{2}) == nullptr);
    CHECK(pending.find(Ticket{4}) == nullptr);
    pending.close(*pending.find(Ticket{3}));
    CHECK(pending.find(Ticket{3}) == nullptr);
}

TEST_CASE("cleared tickets are gone, and later ones can be opened") {
    PendingTickets pending;
    for (std::uint64_t i = 1; i <= 100; ++i) pending.open(Ticket{i}, PendingTickets::Entry::State::syncing);
    pending.clear();
    for (std::uint64_t i = 1; i <= 100; ++i) CHECK(pending.find(Ticket{i}) == nullptr);
    pending.open(Ticket{101}, PendingTickets::Entry::State::syncing);
    CHECK(pending.find(Ticket{101}) != nullptr);
}

TEST_CASE("tickets opened and closed in any order agree with a set") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        RandomStream random(mix64(seed));
        PendingTickets pending;
        std::set<std::uint64_t> open;
        std::uint64_t next = 1;
        bool agrees = true;
        for (int i = 0; i < 4000; ++i) {
            // Mostly the oldest, sometimes any; the set swells and empties.
            if (open.empty() || random.below(100) < (i / 500 % 2 == 0 ? 60u : 35u)) {
                next += random.below(3) + 1;
                open.insert(next);
                pending.open(Ticket{next}, PendingTickets::Entry::State::working);
            } else {
                auto which = open.begin();
                if (random.below(2) == 0) std::advance(which, static_cast<std::ptrdiff_t>(random.below(open.size())));
                auto* entry = pending.find(Ticket{*which});
                REQUIRE(entry != nullptr);
                pending.close(*entry);
                open.erase(which);
            }
            const std::uint64_t any = random.below(next + 2);
            agrees = agrees && (pending.find(Ticket{any}) != nullptr) == (open.count(any) != 0);
        }
        std::set<std::uint64_t> visited;
        pending.for_each_open([&](const PendingTickets::Entry& entry) { visited.insert(entry.ticket); });
        CHECK_MESSAGE(agrees, "seed " << seed);
        CHECK(visited == open);
    }
}
