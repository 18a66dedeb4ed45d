#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "models/partitioning/assignor_contract.hpp"
#include "models/partitioning/catalog.hpp"

using namespace orrery;
using namespace orrery::models;

namespace {

/// Defaults of the rows that have parameters.
Settings default_settings() {
    Settings settings;
    settings.set("steals_max", std::int64_t{1});
    settings.set("leases_max", std::int64_t{2147483647});
    return settings;
}

/// An assignor that ships, of which each planted one spoils something.
template <class Self>
struct Planted : Assignor {
    std::unique_ptr<Assignor> clone() const override { return std::make_unique<Self>(static_cast<const Self&>(*this)); }
    AssignorPromise promise() const override {
        return {AssignorPromise::Balance::overall_equal, AssignorPromise::Moves::pure};
    }
    Assignment honest(const Group& group, RandomStream& random) const {
        const auto rows = assignors();
        const auto row =
            std::find_if(rows.begin(), rows.end(), [](const auto& one) { return one.name == Self::based_on; });
        return row->make(default_settings())->assign(group, random);
    }
    static constexpr const char* based_on = "kafka_round_robin";
};

#define ASSIGN Assignment assign(const Group& group, RandomStream& random) const override

struct Honest : Planted<Honest> {
    ASSIGN { return honest(group, random); }
};

struct ForgetsTheLast : Planted<ForgetsTheLast> {
    ASSIGN {
        auto out = honest(group, random);
        for (auto& share : out)
            if (share.size() > 5) share.pop_back();
        return out;
    }
};

struct GivesTwice : Planted<GivesTwice> {
    ASSIGN {
        auto out = honest(group, random);
        if (out.size() > 1 && !out[0].empty()) out[1].push_back(out[0].front());
        return out;
    }
};

struct InventsPartitions : Planted<InventsPartitions> {
    ASSIGN {
        auto out = honest(group, random);
        for (auto& share : out)
            if (!share.empty()) share.front().partition += 100;
        return out;
    }
};

struct IgnoresSubscriptions : Planted<IgnoresSubscriptions> {
    ASSIGN {
        Group all = group;
        for (GroupMember& member : all.members) member.topics = group.members.front().topics;
        return honest(all, random);
    }
};

struct DropsAMember : Planted<DropsAMember> {
    ASSIGN {
        auto out = honest(group, random);
        if (out.size() > 2) out.pop_back();
        return out;
    }
};

struct OneMemberHasAll : Planted<OneMemberHasAll> {
    ASSIGN {
        auto out = honest(group, random);
        for (std::size_t m = 1; m < out.size(); ++m) {
            if (group.members[m].topics != group.members[0].topics) continue;
            out[0].insert(out[0].end(), out[m].begin(), out[m].end());
            out[m].clear();
        }
        return out;
    }
};

struct UnevenByTopic : Planted<UnevenByTopic> {
    static constexpr const char* based_on = "kafka_sticky";
    AssignorPromise promise() const override { return {AssignorPromise::Balance::per_topic}; }
    ASSIGN { return honest(group, random); }
};

struct HiddenChance : Planted<HiddenChance> {
    std::shared_ptr<std::uint64_t> calls = std::make_shared<std::uint64_t>(0);
    ASSIGN {
        auto out = honest(group, random);
        if (++*calls % 3 == 0 && out.size() > 1 && group.members[0].topics == group.members[1].topics)
            std::swap(out[0], out[1]);
        return out;
    }
};

struct HiddenDraw : Planted<HiddenDraw> {
    std::shared_ptr<std::uint64_t> calls = std::make_shared<std::uint64_t>(0);
    ASSIGN {
        if (++*calls % 2 == 0) random.next();
        return honest(group, random);
    }
};

struct Restless : Planted<Restless> {
    AssignorPromise promise() const override { return {}; }
    ASSIGN {
        auto out = honest(group, random);
        const bool odd = group.members.size() > 1 && group.members[0].generation.value_or(0) % 2 == 1;
        if (odd && group.members[0].topics == group.members[1].topics) std::swap(out[0], out[1]);
        return out;
    }
};

struct MovesTooMuch : Planted<MovesTooMuch> {
    AssignorPromise promise() const override {
        return {AssignorPromise::Balance::overall_equal, AssignorPromise::Moves::least};
    }
    ASSIGN { return honest(group, random); }
};

struct GivesUpTooMuch : Planted<GivesUpTooMuch> {
    AssignorPromise promise() const override {
        return {AssignorPromise::Balance::overall_equal, AssignorPromise::Moves::few};
    }
    ASSIGN { return honest(group, random); }
};

struct HandsOverAtOnce : Planted<HandsOverAtOnce> {
    static constexpr const char* based_on = "kafka_sticky";
    AssignorPromise promise() const override {
        return {AssignorPromise::Balance::overall, AssignorPromise::Moves::least,
                AssignorPromise::Handover::revoked_first};
    }
    ASSIGN { return honest(group, random); }
};

/// Sticky, and says that it is not.
struct Remembers : Planted<Remembers> {
    static constexpr const char* based_on = "kafka_sticky";
    ASSIGN { return honest(group, random); }
};

struct NeverHandsOver : Planted<NeverHandsOver> {
    static constexpr const char* based_on = "kafka_sticky";
    AssignorPromise promise() const override {
        return {AssignorPromise::Balance::overall, AssignorPromise::Moves::least,
                AssignorPromise::Handover::revoked_first};
    }
    ASSIGN {
        auto out = honest(group, random);
        for (std::size_t m = 0; m < out.size(); ++m) {
            const auto& owned = group.members[m].owned;
            if (group.members[m].generation.value_or(0) < 2) continue;
            std::erase_if(out[m],
                          [&](const auto& one) { return std::find(owned.begin(), owned.end(), one) == owned.end(); });
        }
        return out;
    }
};

struct TakesAnything : Planted<TakesAnything> {
    ASSIGN {
        try {
            return honest(group, random);
        } catch (const AssignorError&) {
            return Assignment(group.members.size());
        }
    }
};

struct AssignsToNobody : Planted<AssignsToNobody> {
    ASSIGN {
        auto out = honest(group, random);
        if (out.empty()) out.emplace_back();
        return out;
    }
};

struct NeedsTwo : Planted<NeedsTwo> {
    ASSIGN {
        if (group.members.size() == 1) throw std::runtime_error("needs two members");
        return honest(group, random);
    }
};

template <class T>
std::vector<std::string> broken_by() {
    const Row<Assignor> row("planted", "", "", {}, [](const Settings&) { return std::make_unique<T>(); });
    return check_assignor_contract(row, {}, 7);
}

bool says(const std::vector<std::string>& broken, std::string_view promise) {
    return std::any_of(broken.begin(), broken.end(),
                       [&](const std::string& text) { return text.starts_with(promise); });
}

}  // namespace

TEST_CASE("every assignor that ships keeps the contract") {
    for (const auto& row : assignors()) {
        for (const std::uint64_t seed : {1u, 2u, 3u}) {
            for (const auto& broken : check_assignor_contract(row, default_settings(), seed))
                FAIL_CHECK(row.name << ": " << broken);
        }
    }
}

TEST_CASE("lease balancing keeps the contract when workers may steal several leases at a time") {
    Settings settings = default_settings();
    settings.set("steals_max", std::int64_t{5});
    for (const auto& row : assignors())
        if (row.name == "lease_balancing")
            CHECK(check_assignor_contract(row, settings, 4) == std::vector<std::string>{});
}

TEST_CASE("the contract check has nothing against an honest assignor") {
    CHECK(broken_by<Honest>() == std::vector<std::string>{});
}

TEST_CASE("the contract check finds a partition without an owner, with two, or that does not exist") {
    CHECK(says(broken_by<ForgetsTheLast>(), "leaves a partition without an owner"));
    CHECK(says(broken_by<GivesTwice>(), "gives a partition to two members in one round"));
    CHECK(says(broken_by<InventsPartitions>(), "assigns a partition that does not exist"));
}

TEST_CASE("the contract check finds an owner that does not subscribe, and a member without a list") {
    CHECK(says(broken_by<IgnoresSubscriptions>(), "assigns a partition to a member that does not subscribe"));
    CHECK(says(broken_by<DropsAMember>(), "the assignment has not one list for each member"));
}

TEST_CASE("the contract check finds shares that are not even, in all and by topic") {
    CHECK(says(broken_by<OneMemberHasAll>(), "shares are less even than promised"));
    CHECK(says(broken_by<UnevenByTopic>(), "shares of a topic are less even than promised"));
}

TEST_CASE("the contract check finds chance that does not come from the stream") {
    CHECK(says(broken_by<HiddenChance>(), "a clone answers otherwise"));
    CHECK(says(broken_by<HiddenDraw>(), "a clone answers otherwise"));
}

TEST_CASE("the contract check finds an assignor that never comes to rest") {
    CHECK(says(broken_by<Restless>(), "the group does not settle"));
    CHECK(says(broken_by<NeverHandsOver>(), "the group does not settle"));
}

TEST_CASE("the contract check finds moves that balance does not ask for") {
    CHECK(says(broken_by<MovesTooMuch>(), "more partitions move than promised"));
    CHECK(says(broken_by<GivesUpTooMuch>(), "more partitions move than promised"));
}

TEST_CASE("the contract check finds a handover without revocation") {
    CHECK(says(broken_by<HandsOverAtOnce>(), "a partition goes from one member to another in one round"));
}

TEST_CASE("the contract check finds an assignor that remembers and says that it does not") {
    CHECK(says(broken_by<Remembers>(), "removing a member and adding it back changes the assignment"));
}

TEST_CASE("the contract check finds malformed groups that are accepted, and exceptions") {
    CHECK(says(broken_by<TakesAnything>(), "accepts a malformed group"));
    CHECK(says(broken_by<AssignsToNobody>(), "assigns something in an empty group"));
    CHECK(says(broken_by<NeedsTwo>(), "throws: needs two members"));
}

TEST_CASE("a history that breaks a promise is shrunk before it is reported") {
    // Two members and one partition are enough.
    const auto broken = broken_by<GivesTwice>();
    CHECK(std::any_of(broken.begin(), broken.end(), [](const std::string& text) {
        return text.find("(t0 of 1, members ") != std::string::npos && std::count(text.begin(), text.end(), ';') == 0;
    }));
}
