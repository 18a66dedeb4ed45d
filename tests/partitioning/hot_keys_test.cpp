// Heavy hitters within a stated memory, held to their published bounds; and the schemes that stand on them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "models/partitioning/hot_keys/choices_needed.hpp"
#include "models/partitioning/hot_keys/count_min.hpp"
#include "models/partitioning/hot_keys/least_sent.hpp"
#include "models/partitioning/hot_keys/space_saving.hpp"
#include "sim/base/math.hpp"
#include "sim/base/zipf.hpp"
#include "tests/partitioning/partitioning_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

std::vector<std::uint64_t> zipf_stream(double exponent, std::size_t length, std::uint64_t seed) {
    const BoundedZipf zipf({10'000, exponent});
    RandomStream random = chance(seed);
    std::vector<std::uint64_t> out(length);
    for (std::uint64_t& item : out) item = zipf.draw(random);
    return out;
}

/// New items in turn, so that each pushes another out; now and then an old one.
std::vector<std::uint64_t> adversary(std::size_t length) {
    std::vector<std::uint64_t> out;
    for (std::size_t i = 0; i < length; ++i) out.push_back(i % 10 == 0 ? i % 3 : i);
    return out;
}

/// All that Metwally et al. promise (lemmas 3.3 to 3.5, theorem 3.5 in the technical report), after each thousand
/// items.
void check_space_saving(const std::vector<std::uint64_t>& stream, std::uint32_t counters) {
    SpaceSaving counts(counters);
    std::map<std::uint64_t, std::uint64_t> truth;
    for (std::size_t i = 0; i < stream.size(); ++i) {
        counts.add(stream[i]);
        ++truth[stream[i]];
        if (i % 1000 != 999) continue;
        const std::uint64_t n = i + 1;
        std::uint64_t sum = 0;
        bool bounds = true;
        for (const SpaceSaving::Count& count : counts.counts()) {
            sum += count.count;
            const std::uint64_t occurred = truth[count.item];
            bounds = bounds && occurred <= count.count && occurred + count.error >= count.count &&
                     count.error <= counts.smallest() && counts.find(count.item) == count;
        }
        CHECK(bounds);
        CHECK(sum == n);
        CHECK(counts.smallest() <= n / counters);
        bool frequent = true;
        for (const auto& [item, occurred] : truth) {
            if (counts.find(item)) continue;
            frequent = frequent && occurred <= counts.smallest() && occurred * counters <= n;
        }
        CHECK(frequent);
    }
}

}  // namespace

TEST_CASE("SpaceSaving keeps its bounds on skewed, even and hostile streams") {
    for (const std::uint32_t counters : {1u, 2u, 10u, 100u, 1000u})
        for (const double exponent : {0.0, 0.8, 1.2, 2.0})
            check_space_saving(zipf_stream(exponent, 20'000, 3), counters);
    for (const std::uint32_t counters : {1u, 3u, 50u}) check_space_saving(adversary(20'000), counters);
}

TEST_CASE("SpaceSaving works out the example of its definition by hand") {
    SpaceSaving counts(2);
    for (const std::uint64_t item : {7, 7, 8, 9, 7}) counts.add(item);
    // 7 twice; 8 once; 9 takes the place of 8 with its count as error; 7 again.
    CHECK(counts.counts() == std::vector<SpaceSaving::Count>{{7, 3, 0}, {9, 2, 1}});
    CHECK(!counts.find(8));
    counts.clear();
    CHECK(counts.counts().empty());
    CHECK(counts.smallest() == 0);
}

TEST_CASE("SpaceSaving stays within the memory that it is given") {
    for (const std::size_t bytes : {std::size_t{1000}, std::size_t{64} << 10, std::size_t{1} << 20}) {
        const std::uint32_t counters = SpaceSaving::counters_in(bytes);
        CHECK(SpaceSaving(counters).memory_bytes() <= bytes);
        CHECK(SpaceSaving::bytes_for(counters + 1) > bytes);
    }
}

TEST_CASE("a count-min sketch never counts too little, and seldom too much") {
    // For one item the error is above epsilon N with a probability of at most delta over the hash functions. Of 400
    // sketches more than 400 delta + 5 sqrt(400 delta) = 42 miss with a probability below 10^-5 (Chernoff).
    const auto stream = zipf_stream(1.0, 5000, 4);
    std::map<std::uint64_t, std::uint64_t> truth;
    for (const std::uint64_t item : stream) ++truth[item];
    const std::vector<std::uint64_t> asked{1, 2, 50, 9999, 123'456'789};
    std::vector<int> missed(asked.size(), 0);
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        RandomStream random = chance(seed);
        CountMin sketch({0.01, 0.05}, random);
        for (const std::uint64_t item : stream) sketch.add(item);
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const std::uint64_t estimate = sketch.estimate(asked[i]);
            CHECK(estimate >= truth[asked[i]]);
            if (static_cast<double>(estimate) > static_cast<double>(truth[asked[i]]) + 0.01 * 5000) ++missed[i];
        }
    }
    for (const int misses : missed) CHECK(misses <= 42);
}

TEST_CASE("a count-min sketch has the size of its paper, or that of the memory that it is given") {
    RandomStream random = chance(1);
    CountMin sketch({0.01, 0.01}, random);
    CHECK(sketch.width() == 272);  // e / 0.01
    CHECK(sketch.depth() == 5);    // ln 100 = 4.6
    sketch.add(5, 11);
    sketch.halve();
    CHECK(sketch.estimate(5) == 5);
    CHECK(sketch.total() == 5);
    for (const std::size_t bytes : {std::size_t{1000}, std::size_t{100'000}}) {
        const CountMin within(CountMin::within(bytes, 0.05), random);
        CHECK(within.memory_bytes() <= bytes);
        CHECK(within.memory_bytes() > bytes * 9 / 10);
    }
    CHECK_THROWS_AS(CountMin({0, 0.1}, random), ParameterError);
    CHECK_THROWS_AS(CountMin({0.1, 1}, random), ParameterError);
}

TEST_CASE("the least used of many is found whatever was sent") {
    LeastSent sent;
    sent.resize(13);
    std::vector<std::uint64_t> plain(13, 0);
    RandomStream random = chance(5);
    for (int i = 0; i < 2000; ++i) {
        const PartitionId to(static_cast<std::size_t>(i % 3 == 0 ? sent.least().index() : random.below(13)));
        sent.add(to);
        ++plain[to.index()];
        CHECK(sent.least().index() ==
              static_cast<std::size_t>(std::min_element(plain.begin(), plain.end()) - plain.begin()));
    }
    sent.resize(1);
    CHECK(sent.least().value == 0);
}

TEST_CASE("the number of choices is the least that meets the paper's equation") {
    CHECK(choices_needed({}, 50, 1e-4) == 2);
    // One key of a tenth of the stream at 50 workers: its d workers hold b = 50 - 50 x 0.98^d of the load, and
    // 0.1 + (b/50)^2 x 0.9 <= b (0.02 + 0.0001) first holds at d = 6 (b = 5.71: 0.1117 <= 0.1148; d = 5: 0.1083 >
    // 0.0966).
    CHECK(choices_needed(std::vector<double>{0.1}, 50, 1e-4) == 6);
    // Half of the stream is for nearly all workers.
    CHECK(choices_needed(std::vector<double>{0.9}, 5, 1e-4) == 5);
}

TEST_CASE("a hot key is spread over its ways, others stay at home") {
    const auto made = partitioner("key_splitting", 20, {{"hot_share", "10%"}, {"ways", "4"}});
    RandomStream random = chance(6);
    std::map<std::uint32_t, int> hot;
    for (int i = 0; i < 8000; ++i) {
        const std::string cold = "cold-" + std::to_string(i % 1000);
        const PartitionId picked = made->pick(keyed(cold), random);
        // At the very start every key is a tenth of all that has been.
        if (i >= 20) CHECK(picked == made->pick(keyed(cold), random));
        for (int k = 0; k < 2; ++k) ++hot[made->pick(keyed("hot"), random).value];
    }
    CHECK(hot.size() == 4);
    for (const auto& [partition, count] : hot) CHECK(count > 3600);  // of 16000
    CHECK(reach(*made, keyed("hot")).size() == 4);
}

TEST_CASE("a read of a replicated key finds the last write, whichever copy it asks") {
    const auto made = partitioner("key_replication", 10, {{"hot_share", "5%"}, {"ways", "3"}, {"counters", "8"}});
    RandomStream random = chance(7);
    std::vector<std::map<std::string, int>> stores(10);
    std::map<std::string, int> last;
    std::vector<PartitionId> out;
    int copies = 0;
    for (int i = 0; i < 50'000; ++i) {
        // What is hot changes every 5000 records.
        const std::uint64_t draw = random.below(3);
        const std::string key = draw == 0 ? "hot-" + std::to_string(i / 5000) : "k" + std::to_string(random.below(40));
        Record record = keyed(key);
        const std::uint64_t action = random.below(10);
        record.access = action < 3 ? Record::Access::write : Record::Access::read;
        if (action == 0) {
            stores[made->pick(record, random).index()][key] = i;
        } else {
            made->pick_all(record, random, out);
        }
        if (record.access == Record::Access::read) {
            CHECK(stores[out.front().index()][key] == last[key]);
            continue;
        }
        if (action != 0) {
            for (const PartitionId id : out) stores[id.index()][key] = i;
            copies += out.size() > 1 ? 1 : 0;
        }
        last[key] = i;
    }
    CHECK(copies > 1000);
}
