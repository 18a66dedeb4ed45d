#include "models/partitioning/partitioner_contract.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>

#include "models/partitioning/contract/script.hpp"

namespace orrery::models {

namespace {

using Findings = std::vector<std::string>;

constexpr std::array<std::uint32_t, 5> sizes{1, 2, 3, 16, 1000};
constexpr std::size_t keys_count = 65536;

void check_scripts(const Row<Partitioner>& row, const Settings& settings, std::uint64_t seed, Findings& findings) {
    std::vector<std::string> seen;
    bool any = false;
    for (const std::uint32_t partitions : sizes) {
        for (std::uint64_t i = 0; i < 4; ++i) {
            const Script script = random_script(partitions, seed + i, 300);
            bool refused = false;
            const auto broken = run_script(row, settings, script, refused);
            any = any || !refused;
            if (!broken || std::find(seen.begin(), seen.end(), broken->promise) != seen.end()) continue;
            seen.push_back(broken->promise);
            findings.push_back(broken->promise + " (" + describe(shrunk(row, settings, script, *broken)) + ")");
        }
    }
    if (!any) findings.emplace_back("takes none of 1, 2, 3, 16 and 1000 partitions");
}

/// A partitioner of 16, or null if it does not take as many.
std::unique_ptr<Partitioner> of_sixteen(const Row<Partitioner>& row, const Settings& settings) {
    auto made = row.make(settings);
    try {
        made->reset(16);
    } catch (const PartitionError&) {
        return nullptr;
    }
    return made;
}

std::vector<std::uint64_t> random_keys(std::uint64_t seed) {
    RandomStream random = stream_of(stream_key(seed, "keys", 0));
    std::vector<std::uint64_t> keys(keys_count);
    for (std::uint64_t& key : keys) key = random.next();
    return keys;
}

/// Binomial counts: six standard deviations above the mean happen once in 10^8 partitions (Chernoff, exp(-18)).
void check_balance(Partitioner& partitioner, std::uint64_t seed, Findings& findings) {
    const auto claimed = partitioner.promise().max_over_mean;
    if (!claimed) return;
    RandomStream random = stream_of(stream_key(seed, "policy", 1));
    std::vector<std::uint64_t> counts(16, 0);
    std::uint64_t total = 0;
    std::vector<PartitionId> out;
    for (const std::uint64_t number : random_keys(seed)) {
        const NumberKey key(number);
        Record record;
        record.key = key;
        record.size = 100;
        partitioner.pick_all(record, random, out);
        for (const PartitionId id : out) {
            if (id.index() >= counts.size()) {
                findings.push_back("a record goes to partition " + std::to_string(id.value) + " of 16");
                return;
            }
            ++counts[id.index()];
        }
        total += out.size();
    }
    const double mean = static_cast<double>(total) / 16;
    const auto most = static_cast<double>(*std::max_element(counts.begin(), counts.end()));
    if (most > *claimed * mean + 6 * std::sqrt(*claimed * mean))
        findings.push_back("the fullest of 16 partitions has " + std::to_string(most / mean) +
                           " times the mean, not the " + std::to_string(*claimed) + " that it says");
}

double expected_moves(PartitionerPromise::Growth growth) {
    switch (growth) {
        case PartitionerPromise::Growth::reshuffled:
            return 16.0 / 17;
        case PartitionerPromise::Growth::recut:
            return 0.5;
        case PartitionerPromise::Growth::least:
            return 1.0 / 17;
        case PartitionerPromise::Growth::unclaimed:
            return 0;
    }
    return 0;
}

void check_growth(Partitioner& partitioner, std::uint64_t seed, Findings& findings) {
    const PartitionerPromise promise = partitioner.promise();
    if (promise.growth == PartitionerPromise::Growth::unclaimed) return;
    const auto keys = random_keys(seed + 1);
    std::vector<PartitionId> before(keys.size()), after(keys.size());
    partitioner.of_numbers(keys, before);
    for (std::size_t i = 0; i < 1000; ++i)
        if (partitioner.of_key(NumberKey(keys[i])) != before[i]) {
            findings.emplace_back("`of_numbers` says something else than `of`");
            return;
        }
    partitioner.resize(17);
    partitioner.of_numbers(keys, after);
    std::size_t moved = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) moved += before[i] != after[i] ? 1 : 0;
    const double part = static_cast<double>(moved) / static_cast<double>(keys.size());
    if (std::abs(part - expected_moves(promise.growth)) > 0.08)
        findings.push_back("from 16 to 17 partitions " + std::to_string(part) + " of the keys move, not the " +
                           std::to_string(expected_moves(promise.growth)) + " that it says");
}

}  // namespace

std::vector<std::string> check_partitioner_contract(const Row<Partitioner>& row, const Settings& settings,
                                                    std::uint64_t seed) {
    Findings findings;
    try {
        check_scripts(row, settings, seed, findings);
        if (const auto made = of_sixteen(row, settings)) check_balance(*made, seed, findings);
        if (const auto made = of_sixteen(row, settings)) check_growth(*made, seed, findings);
    } catch (const std::exception& failure) {
        findings.push_back(std::string("throws ") + failure.what());
    }
    return findings;
}

}  // namespace orrery::models
