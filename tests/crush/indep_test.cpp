/// What `indep` promises when a device goes out, and `firstn` does not. Ceph's documentation of CRUSH rules: where 3 of
/// the list 1 2 3 4 5 goes out, firstn gives 1 2 4 5 6 and indep 1 2 6 4 5; erasure-coded pools need that, for the
/// place in the list says which part a device holds.
///
/// From the definition, over one bucket, R replicas; pick(r) is what the bucket gives for attempt r:
/// - indep looks place p up at pick(p), then pick(p + R), pick(p + 2R) and so on, in rounds over all places that are
///   still open; a device that is out, or that another place has, is passed over. What the first round places stays
///   when another device goes out: nobody in that round is new. A place of a later round moves only if its device is
///   taken by one that looks for a replacement and gets there first, and then in turn looks for the next.
/// - firstn looks replica p up at pick(p), pick(p + 1) and so on: if p's device goes out it takes what p + 1 had, which
///   takes what p + 2 had, and so on to the end of the list.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "models/hashing/crush/crush_choose.hpp"

using namespace orrery;
using namespace orrery::models;

namespace {

using Devices = std::vector<std::int32_t>;
using Operation = CrushStep::Operation;

constexpr std::size_t replicas = 5;
constexpr std::int32_t root = -1;
constexpr std::int32_t indep = 0;  // rules
constexpr std::int32_t firstn = 1;

CrushBucket bucket(std::int32_t id, std::int32_t type) {
    CrushBucket made;
    made.id = id;
    made.name = "bucket" + std::to_string(-id);
    made.type = type;
    return made;
}

void add_rules(CrushMap& map, Operation choose_indep, Operation choose_firstn, std::int32_t type) {
    map.add_rule(indep, {{Operation::set_choose_tries, 100, 0},
                         {Operation::take, root, 0},
                         {choose_indep, 0, type},
                         {Operation::emit, 0, 0}});
    map.add_rule(firstn, {{Operation::take, root, 0}, {choose_firstn, 0, type}, {Operation::emit, 0, 0}});
}

/// One bucket of devices of equal weight.
CrushMap flat(std::size_t devices) {
    CrushMap map;
    map.set_devices(devices);
    CrushBucket top = bucket(root, 2);
    for (std::size_t d = 0; d < devices; ++d) top.items.push_back(static_cast<std::int32_t>(d));
    top.weights.assign(devices, crush_one);
    map.add(top);
    add_rules(map, Operation::choose_indep, Operation::choose_firstn, 0);
    return map;
}

/// Hosts of two devices each: host -2 - h has devices 2h and 2h + 1.
CrushMap hosts(std::int32_t count) {
    CrushMap map;
    map.set_devices(static_cast<std::size_t>(2 * count));
    CrushBucket top = bucket(root, 2);
    for (std::int32_t h = 0; h < count; ++h) {
        CrushBucket host = bucket(-2 - h, 1);
        host.items = {2 * h, 2 * h + 1};
        host.weights = {crush_one, crush_one};
        map.add(host);
        top.items.push_back(host.id);
        top.weights.push_back(2 * crush_one);
    }
    map.add(top);
    add_rules(map, Operation::chooseleaf_indep, Operation::chooseleaf_firstn, 1);
    return map;
}

/// The list of a rule for x, and the same with device 0 out.
struct Change {
    Devices before;
    Devices after;

    Change(const CrushMap& map, std::int32_t rule, std::uint32_t x) {
        std::vector<std::uint32_t> in(map.devices(), crush_one);
        before = map.place(rule, x, replicas, in);
        in[0] = 0;
        after = map.place(rule, x, replicas, in);
    }

    bool concerned() const { return std::find(before.begin(), before.end(), 0) != before.end(); }
    /// The place of the device that goes out.
    std::size_t place() const {
        return static_cast<std::size_t>(std::find(before.begin(), before.end(), 0) - before.begin());
    }
    std::size_t changed() const {
        std::size_t count = 0;
        for (std::size_t p = 0; p < replicas; ++p) count += p >= after.size() || before[p] != after[p] ? 1 : 0;
        return count;
    }
};

std::int32_t pick(const CrushMap& map, std::uint32_t x, std::size_t r) {
    return crush_pick(*map.bucket(root), x, static_cast<std::uint32_t>(r));
}

}  // namespace

TEST_CASE("a list without the device that goes out stays as it is, with indep and with firstn") {
    const CrushMap map = flat(40);
    for (const std::int32_t rule : {indep, firstn}) {
        std::size_t untouched = 0;
        for (std::uint32_t x = 0; x < 4000; ++x) {
            const Change change(map, rule, x);
            if (change.concerned()) continue;
            ++untouched;
            CHECK(change.after == change.before);
        }
        // 35 of 40.
        CHECK(std::abs(static_cast<double>(untouched) - 3500) < 5 * std::sqrt(4000 * 0.875 * 0.125));
    }
}

TEST_CASE("where nothing collides, indep changes the place of the device that goes out and firstn all from it on") {
    const CrushMap map = flat(40);
    std::size_t lists = 0;
    std::size_t with_indep = 0;
    std::size_t with_firstn = 0;
    for (std::uint32_t x = 0; x < 20'000; ++x) {
        Devices picks;
        for (std::size_t r = 0; r <= replicas; ++r) picks.push_back(pick(map, x, r));
        if (std::set(picks.begin(), picks.end()).size() <= replicas || picks[replicas] == 0) continue;
        const Change placed(map, indep, x);
        const Change shifted(map, firstn, x);
        const Devices first(picks.begin(), picks.end() - 1);
        CHECK(placed.before == first);
        CHECK(shifted.before == first);
        if (!placed.concerned()) continue;
        const std::size_t p = placed.place();

        // 1 2 3 4 5 becomes 1 2 6 4 5: the next that is free, of every fifth from p on.
        Devices expected = first;
        for (std::size_t r = p + replicas; expected[p] == 0; r += replicas)
            if (const auto next = pick(map, x, r); std::find(first.begin(), first.end(), next) == first.end())
                expected[p] = next;
        CHECK(placed.after == expected);

        // 1 2 3 4 5 becomes 1 2 4 5 6.
        Devices moved_up = picks;
        moved_up.erase(moved_up.begin() + static_cast<std::ptrdiff_t>(p));
        CHECK(shifted.after == moved_up);

        ++lists;
        with_indep += placed.changed();
        with_firstn += shifted.changed();
    }
    CHECK(with_indep == lists);
    // The place is any of the five: R - p places change, 3 on average, with variance 2.
    const auto n = static_cast<double>(lists);
    CHECK(n > 1000);
    CHECK(std::abs(static_cast<double>(with_firstn) / n - 3) < 5 * std::sqrt(2 / n));
}

TEST_CASE("places of the first round stay, and another moves only if its device replaces the one that is out") {
    for (const std::size_t devices : {std::size_t{7}, std::size_t{12}, std::size_t{40}}) {
        const CrushMap map = flat(devices);
        std::size_t lists = 0;
        std::size_t chained = 0;
        std::size_t late = 0;
        std::size_t shifted = 0;
        for (std::uint32_t x = 0; x < 10'000; ++x) {
            const Change change(map, indep, x);
            if (!change.concerned()) continue;
            ++lists;
            chained += change.changed() - 1;
            for (std::size_t q = 0; q < replicas; ++q) {
                if (q == change.place()) continue;
                const bool first_round = change.before[q] == pick(map, x, q);
                late += first_round ? 0 : 1;
                if (change.after[q] == change.before[q]) continue;
                CHECK_FALSE(first_round);
                CHECK(std::count(change.after.begin(), change.after.end(), change.before[q]) == 1);
            }
            const std::set now(change.after.begin(), change.after.end());
            for (const std::int32_t device : change.before) CHECK(now.count(device) == (device == 0 ? 0u : 1u));
            shifted += Change(map, firstn, x).changed();
        }
        MESSAGE(devices << " devices, places that change in a list: indep "
                        << 1 + static_cast<double>(chained) / static_cast<double>(lists) << ", firstn "
                        << static_cast<double>(shifted) / static_cast<double>(lists));
        CHECK(chained <= late);
        CHECK(lists + chained < shifted);
    }
}

TEST_CASE("with one device for each place, one that goes out leaves a hole with indep and a shorter list with firstn") {
    const CrushMap map = flat(replicas);
    for (std::uint32_t x = 0; x < 500; ++x) {
        const Change placed(map, indep, x);
        CHECK(placed.after.size() == replicas);
        CHECK(std::count(placed.after.begin(), placed.after.end(), crush_none) == 1);
        for (std::size_t q = 0; q < replicas; ++q)
            if (placed.before[q] != 0 && placed.before[q] == pick(map, x, q))
                CHECK(placed.after[q] == placed.before[q]);
        CHECK(Change(map, firstn, x).after.size() == replicas - 1);
    }
}

TEST_CASE("under hosts as well, what indep placed in the first round stays when a device goes out") {
    const CrushMap map = hosts(10);
    std::size_t stayed = 0;
    std::size_t lists = 0;
    for (std::uint32_t x = 0; x < 10'000; ++x) {
        const Change change(map, indep, x);
        if (!change.concerned()) {
            CHECK(change.after == change.before);
            continue;
        }
        ++lists;
        for (std::size_t q = 0; q < replicas; ++q) {
            if (q == change.place()) continue;
            const bool first_round = -2 - change.before[q] / 2 == pick(map, x, q);
            if (first_round) CHECK(change.after[q] == change.before[q]);
            stayed += first_round ? 1 : 0;
        }
        std::set<std::int32_t> used;
        for (const std::int32_t device : change.after) used.insert(device / 2);
        CHECK(used.size() == replicas);
    }
    CHECK(lists > 2000);  // a quarter of the lists have one given device of twenty
    CHECK(stayed > 3 * lists);
}
