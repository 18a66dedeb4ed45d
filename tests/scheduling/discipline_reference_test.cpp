/// Random histories against simulations that are slow and obviously right: what is left of each job is kept
/// in exact millionths, and who is served is found anew by sorting all jobs at each change.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "scheduling_helpers.hpp"
#include "sim/base/wide.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

enum class Place { waiting, on_core };

struct Known {
    Job job;
    Wide left;  ///< millionths of a ns
    std::uint64_t arrival;
    Place place;
};

using Before = bool (*)(const Known&, const Known&);

bool nobody_first(const Known&, const Known&) {
    return false;
}
bool by_priority(const Known& a, const Known& b) {
    return a.job.priority > b.job.priority;
}
bool by_left(const Known& a, const Known& b) {
    return a.left < b.left;
}
bool by_due(const Known& a, const Known& b) {
    return a.job.due.value_or(time_max) < b.job.due.value_or(time_max);
}

struct Rule {
    const char* row;
    const char* preemption;
    Before before;
};

/// Whole cores for the jobs in front.
class Reference {
public:
    Reference(ServerSpec spec, Rule rule) : spec_(spec), rule_(rule) {}

    void enter(const Job& job) {
        jobs_.push_back({job, static_cast<Wide>(job.cost.count()) * 1'000'000, ++arrivals_, Place::waiting});
        assign();
    }
    void leave(JobId id) {
        std::erase_if(jobs_, [&](const Known& known) { return known.job.id == id; });
        assign();
    }
    void set_speed(Speed speed) { spec_.speed = speed; }
    void pass(Duration elapsed) {
        for (Known& known : jobs_)
            if (known.place == Place::on_core)
                known.left =
                    std::max<Wide>(0, known.left - static_cast<Wide>(elapsed.count()) * spec_.speed.millionths);
    }

    struct Next {
        std::int64_t wait;
        JobId id;
    };
    /// The job done first, in order of arrival where several are, and how long that takes in whole ns.
    std::optional<Next> next() const {
        std::optional<Next> first;
        std::uint64_t first_arrival = 0;
        for (const Known& known : jobs_) {
            if (known.place == Place::waiting || spec_.speed.millionths == 0) continue;
            const auto wait =
                static_cast<std::int64_t>((known.left + spec_.speed.millionths - 1) / spec_.speed.millionths);
            if (first && (wait > first->wait || (wait == first->wait && known.arrival > first_arrival))) continue;
            first = Next{wait, known.job.id};
            first_arrival = known.arrival;
        }
        return first;
    }
    Duration work_left() const {
        Wide sum = 0;
        for (const Known& known : jobs_) sum += known.left;
        return Duration(static_cast<std::int64_t>((sum + 999'999) / 1'000'000));
    }
    const std::vector<Known>& jobs() const { return jobs_; }

private:
    void assign() {
        const bool interrupts = std::string_view(rule_.preemption) == "resume";
        // Whoever is done keeps its core until it is taken out; without preemption everybody does.
        const auto stays = [&](const Known& known) {
            return known.place == Place::on_core && (known.left == 0 || !interrupts);
        };
        std::sort(jobs_.begin(), jobs_.end(), [&](const Known& a, const Known& b) {
            if (stays(a) != stays(b)) return stays(a);
            if (rule_.before(a, b) != rule_.before(b, a)) return rule_.before(a, b);
            return a.arrival < b.arrival;
        });
        for (std::size_t i = 0; i < jobs_.size(); ++i)
            jobs_[i].place = i < spec_.cores ? Place::on_core : Place::waiting;
    }

    ServerSpec spec_;
    Rule rule_;
    std::vector<Known> jobs_;
    std::uint64_t arrivals_ = 0;
};

/// min(1, c/n) of a core for each, in floating point: right to far below a nanosecond, not to the last bit.
class SharingReference {
public:
    explicit SharingReference(ServerSpec spec) : spec_(spec) {}

    struct Shared {
        JobId id;
        long double left;  ///< ns
    };
    void enter(const Job& job) { jobs_.push_back({job.id, static_cast<long double>(job.cost.count())}); }
    void leave(JobId id) {
        std::erase_if(jobs_, [&](const Shared& shared) { return shared.id == id; });
    }
    void set_speed(Speed speed) { spec_.speed = speed; }
    void pass(Duration elapsed) {
        const long double done = static_cast<long double>(elapsed.count()) * rate();
        for (Shared& shared : jobs_) shared.left -= done;
    }
    long double rate() const {
        const long double cores = std::min<long double>(spec_.cores, static_cast<long double>(jobs_.size()));
        return jobs_.empty() ? 0
                             : static_cast<long double>(spec_.speed.millionths) * 1e-6L * cores /
                                   static_cast<long double>(jobs_.size());
    }
    long double least_left() const {
        long double least = jobs_.front().left;
        for (const Shared& shared : jobs_) least = std::min(least, shared.left);
        return least;
    }
    long double left(JobId id) const {
        for (const Shared& shared : jobs_)
            if (shared.id == id) return shared.left;
        return 1e30L;
    }
    const std::vector<Shared>& jobs() const { return jobs_; }

private:
    ServerSpec spec_;
    std::vector<Shared> jobs_;
};

Job random_job(RandomStream& script, JobId id, Time now) {
    Job job;
    job.id = id;
    const std::uint64_t bound = script.below(2) == 0 ? 5 : 500;
    job.cost = Duration(static_cast<std::int64_t>(script.below(bound)));
    job.priority = static_cast<std::int32_t>(script.below(3));
    const auto slack = Duration(static_cast<std::int64_t>(script.below(300)));
    if (script.below(3) != 0) job.due = now + slack;
    return job;
}

Speed random_speed(RandomStream& script) {
    constexpr std::uint32_t speeds[] = {0, 1'000'000, 1'000'000, 333'333, 700'001, 2'500'000};
    return Speed{speeds[script.below(std::size(speeds))]};
}

std::unique_ptr<QueueDiscipline> made(const char* name, const char* preemption, ServerSpec spec) {
    const auto rows = disciplines();
    Settings settings;
    settings.set("preemption", std::string(preemption));
    auto server = row_of(rows, name).make(settings);
    server->reset(spec);
    return server;
}

void compare(Rule rule, std::uint32_t cores, std::uint64_t seed) {
    CAPTURE(rule.row);
    CAPTURE(rule.preemption);
    CAPTURE(cores);
    CAPTURE(seed);
    RandomStream script(seed);
    const auto server = made(rule.row, rule.preemption, {cores, {}});
    Reference reference({cores, {}}, rule);
    Time now{};
    JobId next_id = 0;
    for (int step = 0; step < 600; ++step) {
        const std::uint64_t kind = script.below(10);
        if (kind < 4) {
            const Job job = random_job(script, next_id++, now);
            server->enter(job, now);
            reference.enter(job);
        } else if (kind == 4 && !reference.jobs().empty()) {
            const JobId id = reference.jobs()[script.below(reference.jobs().size())].job.id;
            REQUIRE(server->leave(id, now));
            reference.leave(id);
        } else if (kind == 5) {
            const Speed speed = random_speed(script);
            server->set_speed(speed, now);
            reference.set_speed(speed);
        } else if (const auto next = reference.next()) {
            // Either up to the completion, or some way towards it.
            const std::int64_t wait =
                kind < 9 ? next->wait
                         : static_cast<std::int64_t>(script.below(static_cast<std::uint64_t>(next->wait) + 1));
            now += Duration(wait);
            reference.pass(Duration(wait));
            if (wait == next->wait) {
                REQUIRE(server->complete(now) == next->id);
                reference.leave(next->id);
            }
        }
        const auto next = reference.next();
        REQUIRE(server->next_completion() == (next ? std::optional(now + Duration(next->wait)) : std::nullopt));
        REQUIRE(server->work_left(now) == reference.work_left());
    }
}

}  // namespace

TEST_CASE("FIFO, priority, SRPT and EDF agree to the nanosecond with a simulation that sorts at every step") {
    const Rule rules[] = {
        {"fifo", "none", nobody_first}, {"priority", "none", by_priority}, {"priority", "resume", by_priority},
        {"srpt", "resume", by_left},    {"edf", "none", by_due},           {"edf", "resume", by_due}};
    for (const Rule& rule : rules)
        for (const std::uint32_t cores : {1u, 2u, 3u, 8u})
            for (std::uint64_t seed = 0; seed < 25; ++seed) compare(rule, cores, seed);
}

TEST_CASE("processor sharing agrees with a simulation that keeps what is left of each job") {
    constexpr long double blur = 1e-6L;  // of both: long double here, 2^-36 ns a change there
    for (const std::uint32_t cores : {1u, 2u, 3u, 8u}) {
        for (std::uint64_t seed = 0; seed < 25; ++seed) {
            CAPTURE(cores);
            CAPTURE(seed);
            RandomStream script(seed);
            const auto server = made("processor_sharing", "none", {cores, {}});
            SharingReference reference({cores, {}});
            Time now{};
            JobId next_id = 0;
            for (int step = 0; step < 600; ++step) {
                const std::uint64_t kind = script.below(10);
                const auto next = server->next_completion();
                if (kind < 4) {
                    const Job job = random_job(script, next_id++, now);
                    server->enter(job, now);
                    reference.enter(job);
                } else if (kind == 4 && !reference.jobs().empty()) {
                    const JobId id = reference.jobs()[script.below(reference.jobs().size())].id;
                    REQUIRE(server->leave(id, now));
                    reference.leave(id);
                } else if (kind == 5) {
                    const Speed speed = random_speed(script);
                    server->set_speed(speed, now);
                    reference.set_speed(speed);
                } else if (next) {
                    const std::int64_t wait = (*next - now).count();
                    const long double due = std::max(0.0L, reference.least_left() / reference.rate());
                    REQUIRE(static_cast<long double>(wait) >= due - blur);
                    REQUIRE(static_cast<long double>(wait) <= std::ceil(due + blur));
                    now = *next;
                    reference.pass(Duration(wait));
                    const long double least = reference.least_left();
                    const JobId id = server->complete(now);
                    REQUIRE(reference.left(id) <= least + blur);
                    reference.leave(id);
                }
                REQUIRE(server->jobs() == reference.jobs().size());
                REQUIRE(server->next_completion().has_value() == (reference.rate() > 0));
            }
        }
    }
}
