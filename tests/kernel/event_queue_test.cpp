// The queue against a set sorted by (time, round, order), over histories that aim at its seams.
#include "sim/kernel/event_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "sim/base/random.hpp"

using namespace orrery;

namespace {

struct Unheeded {
    bool indifferent() const { return false; }
    void operator()(const Event&, Distance) const {}
};
constexpr Unheeded unheeded;

Event event_at(std::uint64_t at, std::uint64_t order) {
    return Event{Time(Duration(static_cast<std::int64_t>(at))), order, 0, static_cast<std::uint32_t>(order)};
}
std::uint64_t ticks(Time at) {
    return static_cast<std::uint64_t>(at.time_since_epoch().count());
}
Time time_at(std::uint64_t at) {
    return Time(Duration(static_cast<std::int64_t>(at)));
}

/// What the queue promises, said as simply as possible.
class Reference {
public:
    void push(std::uint64_t at, std::uint64_t order) { pending_.emplace(at, at == now_ ? round_ + 1 : 0, order); }
    std::optional<Event> pop(std::uint64_t limit) {
        if (pending_.empty() || std::get<0>(*pending_.begin()) >= limit) return {};
        const auto [at, round, order] = *pending_.begin();
        pending_.erase(pending_.begin());
        now_ = at;
        round_ = round;
        return event_at(at, order);
    }
    std::optional<std::uint64_t> first() const {
        if (pending_.empty()) return {};
        return std::get<0>(*pending_.begin());
    }
    void advance_to(std::uint64_t at) {
        if (at == now_) return;
        now_ = at;
        round_ = 0;
    }
    template <class Dead>
    std::size_t sweep(Dead&& dead) {
        return std::erase_if(pending_, [&](const auto& each) { return dead(std::get<2>(each)); });
    }
    std::uint64_t now() const { return now_; }
    std::size_t size() const { return pending_.size(); }

private:
    std::uint64_t now_ = 0;
    std::uint64_t round_ = 0;
    std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> pending_;
};

/// How a history is made.
struct Profile {
    const char* name;
    std::uint64_t exponent_max;  ///< an offset is below 2^e, e up to this
    std::uint64_t grid;          ///< offsets are multiples of it
    std::uint64_t burst_max;     ///< pushes in a row
    std::uint64_t pops_max;      ///< pops in a row
};

class History {
public:
    History(std::uint64_t seed, Profile profile) : random_(mix64(seed)), profile_(profile) {}

    void run(int steps) {
        for (int i = 0; i < steps && !failed_; ++i) step();
        drain();
        CHECK_FALSE(failed_);
    }

private:
    static constexpr std::uint64_t latest = std::uint64_t{1} << 62;

    void step() {
        const std::uint64_t what = random_.below(100);
        if (what < 45) {
            for (std::uint64_t n = random_.below(profile_.burst_max) + 1; n > 0; --n) push(random_offset());
        } else if (what < 85) {
            for (std::uint64_t n = random_.below(profile_.pops_max) + 1; n > 0; --n) pop(any_limit());
        } else if (what < 89) {
            for (std::uint64_t n = random_.below(6) + 1; n > 0; --n) push(0);  // for the present instant
        } else if (what < 93) {
            between();
        } else if (what < 95) {
            advance();
        } else if (what < 97) {
            check(queue_.next_at() == (reference_.first() ? time_at(*reference_.first()) : time_max));
        } else if (what < 98) {
            sweep();
        } else {
            const EventQueue copy = queue_;
            queue_ = copy;
        }
        check(queue_.size() == reference_.size() && queue_.empty() == (reference_.size() == 0));
    }

    std::uint64_t random_offset() {
        const std::uint64_t width = std::uint64_t{1} << random_.below(profile_.exponent_max + 1);
        return random_.below(width) / profile_.grid * profile_.grid;
    }
    // Mostly none, else soon: the queue has then looked further ahead than it went.
    std::uint64_t any_limit() {
        return random_.below(4) != 0 ? ~std::uint64_t{0} >> 1 : reference_.now() + 1 + random_offset();
    }

    void push(std::uint64_t offset) {
        const std::uint64_t at = std::min(latest, reference_.now() + offset);
        const std::uint64_t order = mix64(++count_);
        queue_.push(event_at(at, order));
        reference_.push(at, order);
    }
    void pop(std::uint64_t limit) {
        Event event{};
        const bool found = queue_.pop(event, time_at(limit), unheeded);
        const auto expected = reference_.pop(limit);
        check(found == expected.has_value());
        if (found && expected)
            check(event.order == expected->order && event.at == expected->at && queue_.now() == event.at);
    }
    // Makes the queue look at its first event, then pushes many before it: the run grows beyond its cut, and
    // below the base of the ladder.
    void between() {
        static_cast<void>(queue_.next_at());
        const auto first = reference_.first();
        if (!first || *first <= reference_.now()) return;
        const std::uint64_t gap = *first - reference_.now();
        for (std::uint64_t n = random_.below(300); n > 0; --n) push(random_.below(gap));
    }
    void advance() {
        const auto first = reference_.first();
        if (!first) return;
        static_cast<void>(queue_.next_at());
        const std::uint64_t to = reference_.now() + random_.below(*first - reference_.now() + 1);
        queue_.advance_to(time_at(to));
        reference_.advance_to(to);
    }
    void sweep() {
        const std::uint64_t part = random_.below(5) + 1;
        const auto dead = [&](std::uint64_t order) { return order % 5 < part - 1; };
        const std::size_t removed = queue_.sweep([&](const Event& event) { return dead(event.order); });
        check(removed == reference_.sweep(dead));
        std::size_t visited = 0;
        queue_.for_each([&](const Event& event) {
            ++visited;
            check(!dead(event.order));
        });
        check(visited == reference_.size());
    }
    // A copy and the original leave the same way.
    void drain() {
        EventQueue copy = queue_;
        Event event{};
        std::vector<std::uint64_t> orders;
        while (copy.pop(event, time_max, unheeded)) orders.push_back(event.order);
        check(orders.size() == reference_.size());
        for (std::size_t i = 0; reference_.size() != 0 && !failed_; ++i) {
            pop(~std::uint64_t{0} >> 1);
            check(queue_.now() == time_at(reference_.now()));
        }
        check(copy.empty() && queue_.empty());
    }
    void check(bool holds) { failed_ = failed_ || !holds; }

    RandomStream random_;
    Profile profile_;
    EventQueue queue_;
    Reference reference_;
    std::uint64_t count_ = 0;
    bool failed_ = false;
};

const Profile profiles[] = {
    {"few events, close together", 6, 1, 3, 3},  {"all levels", 61, 1, 8, 9},
    {"all levels, many pending", 55, 1, 60, 40}, {"nanoseconds to seconds", 30, 1, 20, 20},
    {"ties at every instant", 12, 512, 30, 30},  {"ties, many pending", 14, 4096, 200, 150},
    {"crowds in one bucket", 7, 1, 300, 280},
};

}  // namespace

TEST_CASE("events leave by (time, round, order), whatever the history") {
    for (const Profile& profile : profiles) {
        CAPTURE(profile.name);
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            CAPTURE(seed);
            History(seed * 1000, profile).run(profile.burst_max > 100 ? 1500 : 6000);
        }
    }
}

TEST_CASE("times from 0 to 2^62 and the last nanosecond of all keep their order") {
    EventQueue queue;
    std::vector<std::uint64_t> times{0, ticks(time_max) - 1};
    for (int bit = 0; bit <= 62; ++bit)
        for (const int off : {-1, 0, 1}) times.push_back((std::uint64_t{1} << bit) + static_cast<std::uint64_t>(off));
    RandomStream random(5);
    for (std::size_t i = times.size(); i > 1; --i) std::swap(times[i - 1], times[random.below(i)]);
    for (std::size_t i = 0; i < times.size(); ++i) queue.push(event_at(times[i], i + 1));
    std::sort(times.begin(), times.end());
    Event event{};
    for (const std::uint64_t at : times) {
        REQUIRE(queue.pop(event, time_max, unheeded));
        CHECK(ticks(event.at) == at);
    }
    CHECK_FALSE(queue.pop(event, time_max, unheeded));
}

TEST_CASE("a million ties at one instant leave in order and in a moment") {
    // Quadratic behaviour would take hours here; every event is moved a few times and sorted once.
    constexpr std::uint64_t count = 1'000'000;
    EventQueue queue;
    for (std::uint64_t i = 1; i <= count; ++i) queue.push(event_at(1'000'000'007, mix64(i)));
    Event event{};
    std::uint64_t last = 0;
    std::uint64_t popped = 0;
    bool rising = true;
    while (queue.pop(event, time_max, unheeded)) {
        rising = rising && event.order > last;
        last = event.order;
        if (++popped == count / 2)  // and a million more for the instant that it is now
            for (std::uint64_t i = 1; i <= count; ++i) queue.push(event_at(1'000'000'007, mix64(count + i)));
        if (popped == count) {
            CHECK(rising);
            last = 0;
        }
    }
    CHECK(rising);
    CHECK(popped == 2 * count);
}

TEST_CASE("a run into which half a million events are pushed is cut, not shifted") {
    // Each push lies before all that were pushed before it, or just behind: an insertion sort would move 10^11 events.
    constexpr std::uint64_t count = 250'000;
    for (const bool falling : {true, false}) {
        EventQueue queue;
        queue.push(event_at(std::uint64_t{1} << 40, 1));
        CHECK(queue.next_at() == time_at(std::uint64_t{1} << 40));
        for (std::uint64_t i = 1; i <= count; ++i) queue.push(event_at(1 + (falling ? count - i : i), i + 1));
        Event event{};
        std::uint64_t before = 0;
        std::uint64_t popped = 0;
        bool rising = true;
        for (; queue.pop(event, time_max, unheeded); ++popped) {
            rising = rising && ticks(event.at) > before;
            before = ticks(event.at);
        }
        CHECK(rising);
        CHECK(popped == count + 1);
    }
}

TEST_CASE("a limit is exclusive, and an event at the limit stays") {
    EventQueue queue;
    queue.push(event_at(10, 1));
    Event event{};
    CHECK_FALSE(queue.pop(event, time_at(10), unheeded));
    CHECK(queue.now() == time_zero);
    CHECK(queue.size() == 1);
    CHECK(queue.pop(event, time_at(11), unheeded));
    CHECK(queue.now() == time_at(10));
}

TEST_CASE("every event is announced once from each distance before it leaves, the first run's perhaps not") {
    struct Announced {
        std::map<Distance, std::set<std::uint64_t>> orders;
        bool twice = false;
        bool indifferent() const { return false; }
        void operator()(const Event& event, Distance distance) {
            twice = twice || !orders[distance].insert(event.order).second;
        }
    };
    EventQueue queue;
    RandomStream random(3);
    for (std::uint64_t i = 1; i <= 5000; ++i) queue.push(event_at(1 + random.below(1'000'000), i));
    Announced announced;
    std::map<Distance, std::size_t> left;
    Event event{};
    while (queue.pop(event, time_max, announced))
        for (const auto& [distance, orders] : announced.orders) left[distance] += orders.count(event.order);
    CHECK_FALSE(announced.twice);
    REQUIRE(left.size() == 3);
    for (const auto& [distance, count] : left) CHECK(count > 4900);
}
