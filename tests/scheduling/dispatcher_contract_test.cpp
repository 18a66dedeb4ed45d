#include <doctest/doctest.h>

#include <algorithm>

#include "models/scheduling/dispatcher_contract.hpp"
#include "scheduling_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

std::vector<WorkerIndex> that_are_up(std::span<const WorkerIndex> candidates, const WorkerView& view) {
    std::vector<WorkerIndex> up;
    if (candidates.empty()) {
        for (std::size_t i = 0; i < view.size(); ++i)
            if (view.up(WorkerIndex(i))) up.emplace_back(i);
    }
    for (const WorkerIndex worker : candidates)
        if (view.up(worker)) up.push_back(worker);
    return up;
}

std::optional<WorkerIndex> any_of(const std::vector<WorkerIndex>& workers, RandomStream& random) {
    if (workers.empty()) return std::nullopt;
    return workers[static_cast<std::size_t>(random.below(workers.size()))];
}

/// An honest, slow, random dispatcher; each planted one breaks one promise of it.
template <class Self>
struct Planted : Dispatcher {
    std::unique_ptr<Dispatcher> clone() const override {
        return std::make_unique<Self>(static_cast<const Self&>(*this));
    }
    void reset(const WorkerView&) override {}
    std::optional<WorkerIndex> pick(const DispatchItem&, std::span<const WorkerIndex> candidates,
                                    const WorkerView& view, RandomStream& random) override {
        return any_of(that_are_up(candidates, view), random);
    }
};

#define PICK                                                                                                 \
    std::optional<WorkerIndex> pick(                                                                         \
        [[maybe_unused]] const DispatchItem& item, [[maybe_unused]] std::span<const WorkerIndex> candidates, \
        [[maybe_unused]] const WorkerView& view, [[maybe_unused]] RandomStream& random) override

struct Honest : Planted<Honest> {};

struct BlindToFailure : Planted<BlindToFailure> {
    PICK {
        const auto up = that_are_up(candidates, view);
        if (up.empty()) return std::nullopt;
        if (!candidates.empty()) return candidates[static_cast<std::size_t>(random.below(candidates.size()))];
        return WorkerIndex(static_cast<std::size_t>(random.below(view.size())));
    }
};

struct BlindToCandidates : Planted<BlindToCandidates> {
    PICK {
        if (that_are_up(candidates, view).empty()) return std::nullopt;
        return any_of(that_are_up({}, view), random);
    }
};

struct InventsWorkers : Planted<InventsWorkers> {
    PICK { return WorkerIndex(static_cast<std::size_t>(random.below(view.size() + 1))); }
};

struct NeverGivesUp : Planted<NeverGivesUp> {
    PICK {
        const auto up = any_of(that_are_up(candidates, view), random);
        return up ? up : WorkerIndex(0);
    }
};

struct GivesUpAtOnce : Planted<GivesUpAtOnce> {
    PICK {
        const auto drawn = WorkerIndex(static_cast<std::size_t>(random.below(view.size())));
        if (!candidates.empty()) return any_of(that_are_up(candidates, view), random);
        return view.up(drawn) ? std::optional(drawn) : std::nullopt;
    }
};

struct HiddenChance : Planted<HiddenChance> {
    std::shared_ptr<std::uint64_t> hidden;
    explicit HiddenChance(std::shared_ptr<std::uint64_t> shared) : hidden(std::move(shared)) {}
    PICK {
        const auto up = that_are_up(candidates, view);
        if (up.empty()) return std::nullopt;
        return up[static_cast<std::size_t>(++*hidden % up.size())];
    }
};

/// Draws one number more than its twin, though it answers the same.
struct HiddenDraw : Planted<HiddenDraw> {
    std::shared_ptr<std::uint64_t> hidden;
    explicit HiddenDraw(std::shared_ptr<std::uint64_t> shared) : hidden(std::move(shared)) {}
    PICK {
        const auto up = that_are_up(candidates, view);
        if (++*hidden % 2 == 0) random.next();
        if (up.empty()) return std::nullopt;
        return up.front();
    }
};

/// The turn is kept where the clones share it.
struct SharesItsTurn : Planted<SharesItsTurn> {
    std::shared_ptr<std::size_t> turn = std::make_shared<std::size_t>(0);
    void reset(const WorkerView&) override { *turn = 0; }
    PICK {
        const auto up = that_are_up(candidates, view);
        if (up.empty()) return std::nullopt;
        return up[++*turn % up.size()];
    }
};

struct ForgetfulClone : Planted<ForgetfulClone> {
    std::size_t turn = 0;
    std::unique_ptr<Dispatcher> clone() const override { return std::make_unique<ForgetfulClone>(); }
    void reset(const WorkerView&) override { turn = 0; }
    PICK {
        const auto up = that_are_up(candidates, view);
        if (up.empty()) return std::nullopt;
        return up[++turn % up.size()];
    }
};

struct ResetKeepsTurn : Planted<ResetKeepsTurn> {
    std::size_t turn = 0;
    PICK {
        const auto up = that_are_up(candidates, view);
        if (up.empty()) return std::nullopt;
        return up[++turn % up.size()];
    }
};

/// Counts notifications as if each were a transition.
struct CountsNotifications : Planted<CountsNotifications> {
    std::int64_t live = 0;
    void reset(const WorkerView& view) override { live = static_cast<std::int64_t>(that_are_up({}, view).size()); }
    void changed(WorkerIndex worker, const WorkerView::Worker&, const WorkerView& view) override {
        live += view.up(worker) ? 1 : -1;
    }
    PICK { return live <= 0 ? std::nullopt : any_of(that_are_up(candidates, view), random); }
};

struct Unforgiving : Planted<Unforgiving> {
    std::vector<bool> banned;
    void reset(const WorkerView& view) override { banned.assign(view.size(), false); }
    void changed(WorkerIndex worker, const WorkerView::Worker&, const WorkerView& view) override {
        if (!view.up(worker)) banned[worker.index()] = true;
    }
    PICK {
        auto up = that_are_up(candidates, view);
        const auto all = up;
        std::erase_if(up, [&](WorkerIndex worker) { return banned[worker.index()]; });
        return any_of(up.empty() ? all : up, random);
    }
};

struct LowestIndex : Planted<LowestIndex> {
    PICK {
        const auto up = that_are_up(candidates, view);
        if (up.empty()) return std::nullopt;
        return up.front();
    }
};

/// One cursor for all lists: two lists that take turns meet it at the same places.
struct CommonCursor : Planted<CommonCursor> {
    std::size_t turn = 0;
    void reset(const WorkerView&) override { turn = 0; }
    PICK {
        const auto up = that_are_up(candidates, view);
        if (up.empty()) return std::nullopt;
        return up[turn++ / 4 % 2 == 0 ? 0 : turn % up.size()];
    }
};

struct ClaimsWeights : Planted<ClaimsWeights> {
    LongRunShare long_run_share() const override { return LongRunShare::by_weight; }
};

struct ByKey : Planted<ByKey> {
    LongRunShare long_run_share() const override { return LongRunShare::unclaimed; }
    PICK {
        const auto up = that_are_up(candidates, view);
        if (up.empty()) return std::nullopt;
        return up[item.key % 8 * up.size() / 64];
    }
};

struct NeedsTwo : Planted<NeedsTwo> {
    PICK {
        if (view.size() < 2) throw std::runtime_error("needs two workers");
        return any_of(that_are_up(candidates, view), random);
    }
};

template <class T, class... Arguments>
std::vector<std::string> broken_by(Arguments... arguments) {
    const Row<Dispatcher> row("planted", "", "", {},
                              [=](const Settings&) { return std::make_unique<T>(arguments...); });
    return check_dispatcher_contract(row, {}, 7);
}

bool says(const std::vector<std::string>& broken, std::string_view promise) {
    return std::any_of(broken.begin(), broken.end(),
                       [&](const std::string& text) { return text.starts_with(promise); });
}

constexpr const char* differs = "the same calls to a twin, a clone or a reset dispatcher give other answers";

}  // namespace

TEST_CASE("every dispatcher that ships keeps the contract") {
    for (const auto& row : dispatchers()) {
        for (const std::uint64_t seed : {1u, 2u}) {
            const auto broken = check_dispatcher_contract(row, default_settings(row), seed);
            CAPTURE(row.name);
            for (const auto& text : broken) FAIL_CHECK(row.name << ": " << text);
        }
    }
}

TEST_CASE("the power-of-d dispatchers keep the contract at the ends of their parameters") {
    const auto rows = dispatchers();
    for (const std::int64_t end : {1, 64}) {
        Settings settings;
        settings.set("d", end);
        settings.set("m", end);
        for (const char* name : {"power_of_d", "power_of_d_memory"})
            CHECK(check_dispatcher_contract(row_of(rows, name), settings, 5) == std::vector<std::string>{});
    }
}

TEST_CASE("the contract check has nothing against honest policies") {
    CHECK(broken_by<Honest>() == std::vector<std::string>{});
    CHECK(broken_by<ByKey>() == std::vector<std::string>{});
}

TEST_CASE("the contract check finds a pick of a worker that is down") {
    CHECK(says(broken_by<BlindToFailure>(), "picks a worker that is down"));
}
TEST_CASE("the contract check finds a pick that is no candidate") {
    CHECK(says(broken_by<BlindToCandidates>(), "picks a worker that is no candidate"));
}
TEST_CASE("the contract check finds a pick of a worker that does not exist") {
    CHECK(says(broken_by<InventsWorkers>(), "picks a worker that does not exist"));
}
TEST_CASE("the contract check finds a pick although all are down") {
    CHECK(says(broken_by<NeverGivesUp>(), "picks a worker although all are down"));
}
TEST_CASE("the contract check finds a policy that gives up although a worker is up") {
    CHECK(says(broken_by<GivesUpAtOnce>(), "picks nothing although a worker is up"));
}
TEST_CASE("the contract check finds chance that does not come from the stream, and draws that twins do not share") {
    CHECK(says(broken_by<HiddenChance>(std::make_shared<std::uint64_t>(0)), differs));
    CHECK(says(broken_by<HiddenDraw>(std::make_shared<std::uint64_t>(0)), differs));
}
TEST_CASE("the contract check finds clones that share state, forget it, and resets that keep it") {
    CHECK(says(broken_by<SharesItsTurn>(), differs));
    CHECK(says(broken_by<ForgetfulClone>(), differs));
    CHECK(says(broken_by<ResetKeepsTurn>(), differs));
}
TEST_CASE("the contract check finds a policy that a repeated notification confuses") {
    CHECK(says(broken_by<CountsNotifications>(), "picks nothing although a worker is up"));
}
TEST_CASE("the contract check finds a policy that never forgives a failure") {
    CHECK(says(broken_by<Unforgiving>(), "a worker that is up again is never picked again"));
}
TEST_CASE("the contract check finds favourites, among all and among candidates") {
    CHECK(says(broken_by<LowestIndex>(), "the shares of equally loaded workers are not"));
    CHECK(says(broken_by<CommonCursor>(), "the shares among candidates are not"));
}
TEST_CASE("the contract check finds weights that are claimed and not honoured") {
    CHECK(says(broken_by<ClaimsWeights>(), "the shares of equally loaded workers are not"));
}
TEST_CASE("the contract check reports an exception as a broken promise") {
    CHECK(says(broken_by<NeedsTwo>(), "throws (needs two workers)"));
}
