#include <doctest/doctest.h>

#include <algorithm>

#include "models/scheduling/discipline_contract.hpp"
#include "scheduling_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

/// A FIFO server as it should be; each planted one breaks one promise of it.
template <class Self>
struct Planted : QueueDiscipline {
    std::unique_ptr<QueueDiscipline> inner = server("fifo");

    Planted() = default;
    Planted(const Planted& other) : QueueDiscipline(other), inner(other.inner->clone()) {}
    std::unique_ptr<QueueDiscipline> clone() const override {
        return std::make_unique<Self>(static_cast<const Self&>(*this));
    }
    void reset(ServerSpec spec) override { inner->reset(spec); }
    void enter(const Job& job, Time now) override { inner->enter(job, now); }
    bool leave(JobId id, Time now) override { return inner->leave(id, now); }
    std::vector<JobId> clear(Time now) override { return inner->clear(now); }
    void set_speed(Speed speed, Time now) override { inner->set_speed(speed, now); }
    std::optional<Time> next_completion() const override { return inner->next_completion(); }
    JobId complete(Time now) override { return inner->complete(now); }
    std::size_t jobs() const override { return inner->jobs(); }
    std::uint32_t cores_busy() const override { return inner->cores_busy(); }
    Duration work_left(Time now) const override { return inner->work_left(now); }
};

struct Honest : Planted<Honest> {};

struct LosesJobs : Planted<LosesJobs> {
    void enter(const Job& job, Time now) override {
        if (job.id % 16 != 3) inner->enter(job, now);
    }
};
struct Rushes : Planted<Rushes> {
    void enter(const Job& job, Time now) override {
        Job shorter = job;
        if (job.cost > 0ns) shorter.cost -= 1ns;
        inner->enter(shorter, now);
    }
};
struct Dawdles : Planted<Dawdles> {
    void enter(const Job& job, Time now) override {
        Job longer = job;
        longer.cost += 20ns;
        inner->enter(longer, now);
    }
};
struct OneCoreOnly : Planted<OneCoreOnly> {
    void reset(ServerSpec spec) override { inner->reset({1, spec.speed}); }
};
struct CountsOnlyOne : Planted<CountsOnlyOne> {
    std::uint32_t cores_busy() const override { return std::min(1u, inner->cores_busy()); }
};
/// Work that stands still between changes.
struct StaleWork : Planted<StaleWork> {
    Time seen{};
    void note(Time now) { seen = now; }
    void enter(const Job& job, Time now) override { note(now), inner->enter(job, now); }
    Duration work_left(Time) const override { return inner->work_left(seen); }
};
struct NeverPauses : Planted<NeverPauses> {
    void set_speed(Speed speed, Time now) override { inner->set_speed(speed.millionths == 0 ? Speed{1} : speed, now); }
};
/// A pause throws away what has been done.
struct PauseRestarts : Planted<PauseRestarts> {
    std::vector<Job> inside;
    void reset(ServerSpec spec) override { inside.clear(), inner->reset(spec); }
    void enter(const Job& job, Time now) override { inside.push_back(job), inner->enter(job, now); }
    void forget(JobId id) {
        std::erase_if(inside, [&](const Job& job) { return job.id == id; });
    }
    bool leave(JobId id, Time now) override { return forget(id), inner->leave(id, now); }
    JobId complete(Time now) override {
        const JobId id = inner->complete(now);
        forget(id);
        return id;
    }
    std::vector<JobId> clear(Time now) override { return inside.clear(), inner->clear(now); }
    void set_speed(Speed speed, Time now) override {
        if (speed.millionths == 0) {
            inner->clear(now);
            for (const Job& job : inside) inner->enter(job, now);
        }
        inner->set_speed(speed, now);
    }
};
struct LeaveLies : Planted<LeaveLies> {
    bool leave(JobId id, Time now) override { return inner->leave(id, now), true; }
};
struct ClearsBackwards : Planted<ClearsBackwards> {
    std::vector<JobId> clear(Time now) override {
        auto out = inner->clear(now);
        std::reverse(out.begin(), out.end());
        return out;
    }
};
struct SharesState : Planted<SharesState> {
    std::shared_ptr<QueueDiscipline> shared = server("fifo");
    void reset(ServerSpec spec) override { shared->reset(spec); }
    void enter(const Job& job, Time now) override { shared->enter(job, now); }
    bool leave(JobId id, Time now) override { return shared->leave(id, now); }
    std::vector<JobId> clear(Time now) override { return shared->clear(now); }
    void set_speed(Speed speed, Time now) override { shared->set_speed(speed, now); }
    std::optional<Time> next_completion() const override { return shared->next_completion(); }
    JobId complete(Time now) override { return shared->complete(now); }
    std::size_t jobs() const override { return shared->jobs(); }
    std::uint32_t cores_busy() const override { return shared->cores_busy(); }
    Duration work_left(Time now) const override { return shared->work_left(now); }
};
struct EmptyClone : Planted<EmptyClone> {
    std::unique_ptr<QueueDiscipline> clone() const override { return std::make_unique<EmptyClone>(); }
};
struct ResetKeepsJobs : Planted<ResetKeepsJobs> {
    bool fresh = true;
    void reset(ServerSpec spec) override {
        if (fresh) inner->reset(spec);
        fresh = false;
    }
};
struct Throws : Planted<Throws> {
    bool leave(JobId, Time) override { throw std::runtime_error("nobody leaves"); }
};

template <class T>
std::vector<std::string> broken_by() {
    const Row<QueueDiscipline> row("planted", "", "", {}, [](const Settings&) { return std::make_unique<T>(); });
    return check_discipline_contract(row, {}, 7);
}

bool says(const std::vector<std::string>& broken, std::string_view promise) {
    return std::any_of(broken.begin(), broken.end(),
                       [&](const std::string& text) { return text.starts_with(promise); });
}

constexpr const char* differs = "the same calls to a twin, a clone or a reset server give other answers";

}  // namespace

TEST_CASE("every queue discipline that ships keeps the contract, preemptive or not") {
    for (const auto& row : disciplines()) {
        std::vector<Settings> all{default_settings(row)};
        if (!row.table.parameters.empty()) {
            all.push_back(all.front());
            all.back().set("preemption", std::string("none"));
        }
        for (const Settings& settings : all)
            for (std::uint64_t seed = 0; seed < 20; ++seed)
                for (const auto& text : check_discipline_contract(row, settings, seed))
                    FAIL_CHECK(row.name << ": " << text);
    }
}

TEST_CASE("the discipline check has nothing against an honest server") {
    CHECK(broken_by<Honest>() == std::vector<std::string>{});
}
TEST_CASE("the discipline check finds a server that loses jobs") {
    CHECK(says(broken_by<LosesJobs>(), "jobs() does not count the jobs inside"));
}
TEST_CASE("the discipline check finds completions that come too early") {
    CHECK(says(broken_by<Rushes>(), "a job is done before there was time for its cost"));
}
TEST_CASE("the discipline check finds work that is made up") {
    CHECK(says(broken_by<Dawdles>(), "a job that enters does not add its cost"));
}
TEST_CASE("the discipline check finds idle cores") {
    CHECK(says(broken_by<OneCoreOnly>(), "a core idles while a job is inside"));
    CHECK(says(broken_by<CountsOnlyOne>(), "a core idles while a job is inside"));
}
TEST_CASE("the discipline check finds work that does not shrink with time") {
    CHECK(says(broken_by<StaleWork>(), "the work left does not shrink"));
}
TEST_CASE("the discipline check finds a server that works while paused") {
    CHECK(says(broken_by<NeverPauses>(), "a paused server works"));
}
TEST_CASE("the discipline check finds a pause that costs more than its length") {
    CHECK(says(broken_by<PauseRestarts>(), "a pause does not delay every completion by just the pause"));
}
TEST_CASE("the discipline check finds a leave that lies and a clear out of order") {
    CHECK(says(broken_by<LeaveLies>(), "leave says wrongly"));
    CHECK(says(broken_by<ClearsBackwards>(), "clear does not give all jobs inside in order"));
}
TEST_CASE("the discipline check finds clones that share state or forget it, and resets that keep it") {
    CHECK(says(broken_by<SharesState>(), differs));
    CHECK(says(broken_by<EmptyClone>(), differs));
    CHECK(says(broken_by<ResetKeepsJobs>(), "jobs() does not count the jobs inside"));
}
TEST_CASE("the discipline check reports an exception as a broken promise") {
    CHECK(says(broken_by<Throws>(), "throws (nobody leaves)"));
}
