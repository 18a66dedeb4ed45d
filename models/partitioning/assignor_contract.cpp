#include "models/partitioning/assignor_contract.hpp"

#include <algorithm>
#include <utility>

#include "models/partitioning/assignors/contract_run.hpp"
#include "models/partitioning/shrink.hpp"

namespace orrery::models {

namespace {

using Findings = std::vector<std::string>;

void check_style(const Row<Assignor>& row, const Settings& settings, std::uint64_t seed, const GroupHistory& style,
                 Findings& findings) {
    constexpr int histories = 150;
    RandomStream script = stream_of(stream_key(seed, "histories",
                                               static_cast<std::uint64_t>(style.subscriptions) * 4 +
                                                   static_cast<std::uint64_t>(style.racks) * 2 +
                                                   static_cast<std::uint64_t>(style.claims)));
    for (int i = 0; i < histories; ++i) {
        const GroupHistory history = random_history(style, script);
        const auto broken = broken_in(*row.make(settings), history, seed);
        if (!broken) continue;
        const auto same = [&](const GroupHistory& other) {
            return broken_in(*row.make(settings), other, seed) == broken;
        };
        const GroupHistory small = shrink(
            history, [](const GroupHistory& one) { return smaller(one); }, same);
        findings.push_back(*broken + " (" + describe(small) + ")");
        return;
    }
}

std::vector<std::pair<const char*, Group>> malformed_groups() {
    const Group good{{{"t", 2}}, {{"a", {"t"}}, {"b", {"t"}}}};
    std::vector<std::pair<const char*, Group>> out;
    const auto add = [&](const char* what, auto spoil) {
        out.emplace_back(what, good);
        spoil(out.back().second);
    };
    add("a member twice", [](Group& group) { group.members[1].id = "a"; });
    add("an empty member id", [](Group& group) { group.members[0].id = ""; });
    add("a topic described twice", [](Group& group) { group.topics.push_back(group.topics[0]); });
    add("a topic subscribed to twice", [](Group& group) { group.members[0].topics = {"t", "t"}; });
    add("a negative number of partitions", [](Group& group) { group.topics[0].partitions = -1; });
    add("replica racks for some partitions", [](Group& group) { group.topics[0].replica_racks = {{"r"}}; });
    return out;
}

void check_edges(const Row<Assignor>& row, const Settings& settings, Findings& findings) {
    const auto assignor = row.make(settings);
    RandomStream random(1);
    for (const auto& [what, group] : malformed_groups()) {
        try {
            assignor->assign(group, random);
            findings.push_back(std::string("accepts a malformed group: ") + what);
        } catch (const AssignorError&) {
            continue;
        } catch (const std::exception& failure) {
            findings.push_back(std::string("refuses a malformed group with another error than AssignorError: ") +
                               failure.what());
        }
    }
    const Group nobody{{{"t", 3}}, {}};
    const Group nothing{{}, {{"a", {"t"}}, {"b", {"t"}}}};
    if (!assignor->assign(nobody, random).empty() || assignor->assign(nothing, random) != Assignment(2))
        findings.emplace_back("assigns something in an empty group or one without topics");
}

}  // namespace

std::vector<std::string> check_assignor_contract(const Row<Assignor>& row, const Settings& settings,
                                                 std::uint64_t seed) {
    Findings findings;
    try {
        const auto subscriptions = row.make(settings)->promise().subscriptions;
        for (const auto racks : {GroupHistory::Racks::none, GroupHistory::Racks::some}) {
            for (const auto claims : {GroupHistory::Claims::honest, GroupHistory::Claims::stale}) {
                GroupHistory style;
                style.racks = racks;
                style.claims = claims;
                check_style(row, settings, seed, style, findings);
                style.subscriptions = GroupHistory::Subscriptions::different;
                if (subscriptions == AssignorPromise::Subscriptions::any)
                    check_style(row, settings, seed, style, findings);
            }
        }
        check_edges(row, settings, findings);
    } catch (const std::exception& failure) {
        findings.push_back(std::string("throws: ") + failure.what());
    }
    std::sort(findings.begin(), findings.end());
    findings.erase(std::unique(findings.begin(), findings.end()), findings.end());
    return findings;
}

}  // namespace orrery::models
