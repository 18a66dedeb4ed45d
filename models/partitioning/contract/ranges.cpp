#include "models/partitioning/contract/ranges.hpp"

#include <algorithm>
#include <set>

namespace orrery::models {

bool ScriptRanges::is_open(PartitionId id) const {
    Resharding* resharding = first().resharding();
    return resharding == nullptr || resharding->open(id);
}
std::vector<PartitionId> ScriptRanges::open_ids() const {
    std::vector<PartitionId> ids;
    for (std::uint32_t i = 0; i < first().partitions(); ++i)
        if (is_open(PartitionId(std::size_t{i}))) ids.emplace_back(std::size_t{i});
    return ids;
}

/// Where a crowd of keys is. Splits and merges may move only what is in the parents.
ScriptRanges::Owners ScriptRanges::owners() const {
    Owners owners;
    // Without the absent and the megabyte key.
    for (std::uint64_t i = 1; i < 100; ++i) {
        if (i == 2) continue;
        const std::string key = i < script_keys ? *script_key(i) : std::string(Key(NumberKey(mix64(i))));
        owners[key] = first().of_key(key);
    }
    return owners;
}
void ScriptRanges::check_change(const PartitionChange& change, const Owners& before) const {
    for (const PartitionId parent : change.parents) expect_promise(!is_open(parent), "a parent stays open");
    for (const PartitionId child : change.children) {
        expect_promise(child.index() < first().partitions(), "a child does not exist");
        expect_promise(is_open(child), "a child is not open");
    }
    for (const auto& [key, was] : before) {
        const PartitionId is = first().of_key(key);
        const auto among = [](const std::vector<PartitionId>& ids, PartitionId id) {
            return std::find(ids.begin(), ids.end(), id) != ids.end();
        };
        expect_promise(among(change.parents, was) ? among(change.children, is) : is == was,
                       "a key is lost in a change, or moved by one that does not concern it");
    }
}
/// Does the same to all. Nothing if it was refused, which all have to agree upon.
std::optional<PartitionChange> ScriptRanges::change_all(const Change& change) {
    std::vector<std::optional<PartitionChange>> done;
    const std::size_t history = first().resharding()->history().size();
    const auto before = owners();
    for (const ScriptInstance& instance : instances_) {
        try {
            done.emplace_back(change(*instance.partitioner->resharding()));
        } catch (const PartitionError&) {
            done.emplace_back();
        }
        expect_promise(done.back() == done.front(), "twins split or merge differently");
    }
    const auto now = first().resharding()->history();
    expect_promise(now.size() == history + (done.front() ? 1 : 0), "the history does not grow by one with each change");
    if (!done.front()) {
        expect_promise(owners() == before, "a refused split or merge changes it");
        return std::nullopt;
    }
    expect_promise(now.back() == *done.front(), "the newest of the history is not the change that was made");
    check_change(*done.front(), before);
    return done.front();
}

/// A split, its merge, and what that leaves: the same keys together as before.
bool ScriptRanges::split_and_merge(const ScriptStep& step) {
    if (!can_change()) return false;
    const auto open = open_ids();
    const PartitionId parent = open[step.a % open.size()];
    const auto at = step.b % 2 == 0 ? std::optional<std::string>() : script_key(step.b >> 8);
    const auto before = owners();
    const auto split = change_all([&](Resharding& ranges) -> const PartitionChange& {
        return ranges.split(parent, at ? std::optional<std::string_view>(*at) : std::nullopt);
    });
    if (!split) return false;
    expect_promise(split->kind == PartitionChange::Kind::split && split->parents == std::vector{parent} &&
                       split->children.size() == 2,
                   "a split is not one parent and two children");
    if (step.b % 4 < 2) return true;
    const auto merged = change_all([&](Resharding& ranges) -> const PartitionChange& {
        return ranges.merge(split->children[0], split->children[1]);
    });
    expect_promise(merged.has_value(), "the halves of a split cannot be merged");
    for (const auto& [key, was] : before)
        expect_promise(first().of_key(key) == (was == parent ? merged->children.front() : was),
                       "split, then merge is not the identity");
    return true;
}

bool ScriptRanges::merge(const ScriptStep& step) {
    if (!can_change()) return false;
    const auto open = open_ids();
    const PartitionId one = open[step.a % open.size()];
    const PartitionId other = open[step.b % open.size()];
    const auto change =
        change_all([&](Resharding& ranges) -> const PartitionChange& { return ranges.merge(one, other); });
    if (change)
        expect_promise(
            change->kind == PartitionChange::Kind::merge && change->parents.size() == 2 && change->children.size() == 1,
            "a merge is not two parents and one child");
    return change.has_value();
}

bool ScriptRanges::maintain(Time now) {
    if (!can_change()) return false;
    const std::size_t before = first().resharding()->history().size();
    const auto placed = owners();
    std::vector<std::size_t> changes;
    for (const ScriptInstance& instance : instances_)
        changes.push_back(instance.partitioner->resharding()->maintain(now));
    expect_promise(std::adjacent_find(changes.begin(), changes.end(), std::not_equal_to<>()) == changes.end(),
                   "twins maintain themselves differently");
    const auto history = first().resharding()->history();
    expect_promise(history.size() == before + changes.front(), "`maintain` counts other changes than it makes");
    for (const auto& [key, was] : placed) {
        std::set<PartitionId> may{was};
        for (std::size_t i = before; i < history.size(); ++i)
            for (const PartitionId parent : history[i].parents)
                if (may.erase(parent) > 0) may.insert(history[i].children.begin(), history[i].children.end());
        expect_promise(may.count(first().of_key(key)) > 0, "a key is lost when it maintains itself");
    }
    return changes.front() > 0;
}

/// Checking every key after every change takes long with many partitions.
bool ScriptRanges::can_change() const {
    return first().resharding() != nullptr && first().partitions() <= 2000;
}

}  // namespace orrery::models
