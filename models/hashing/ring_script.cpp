#include "models/hashing/ring_script.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/random.hpp"

namespace orrery::models {

double most_by_chance(double mean) {
    constexpr double x = 30;
    return mean + std::sqrt(2 * x * mean) + x / 3;
}

RingKeys ring_keys(std::uint64_t seed) {
    RingKeys keys;
    RandomStream random = stream_of(stream_key(seed, "ring keys", 0));
    // Neighbours as well as numbers from everywhere.
    for (std::uint64_t i = 0; i < 100; ++i) keys.numbers.push_back(i);
    for (int i = 0; i < 500; ++i) keys.numbers.push_back(random.next());
    keys.texts = {"", std::string(1, '\0'), "user:1", "\xff\xfe\x80", std::string(1000, 'k')};
    return keys;
}

namespace {

Member random_member(std::size_t id, RandomStream& random) {
    constexpr double weights[] = {0.25, 0.5, 1, 1, 2, 4};
    const double weight = weights[random.below(6)];
    const std::uint64_t name = random.below(1'000'000'000);
    return {MemberId(id), "host-" + std::to_string(name) + "-" + std::to_string(id), weight};
}

using Change = RingScript::Change;

}  // namespace

RingScript random_script(std::size_t start, std::size_t changes, std::uint64_t seed) {
    RandomStream random = stream_of(stream_key(seed, "ring script", start));
    RingScript script;
    std::size_t next_id = 0;
    for (; next_id < start; ++next_id) script.start.push_back(random_member(next_id, random));
    std::vector<Member> seen = script.start;
    for (std::size_t i = 0; i < changes; ++i) {
        // Some leave and come back; the first and the last are as likely as any other.
        const std::uint64_t draw = random.below(5);
        if (draw < 2 || seen.empty()) {
            seen.push_back(random_member(next_id++, random));
            script.changes.push_back({Change::Kind::add, seen.back()});
        } else {
            const Member& member = seen[random.below(seen.size())];
            script.changes.push_back({draw == 2 ? Change::Kind::add : Change::Kind::remove, member});
        }
    }
    return script;
}

void make_weights_whole(RingScript& script) {
    for (Member& member : script.start) member.weight *= 4;
    for (Change& change : script.changes) change.member.weight *= 4;
}

RingScript reduced(const Row<Ring>& row, const Settings& settings, RingScript script, const RingKeys& keys,
                   const std::string& promise) {
    const auto still = [&](const RingScript& smaller) {
        const auto broken = run_script(row, settings, smaller, keys);
        return broken && broken->promise == promise;
    };
    // One item after the other, from the back, until a whole round leaves none out.
    const auto reduce = [&](auto& items) {
        bool any = false;
        for (std::size_t i = items.size(); i-- > 0;) {
            const auto item = items[i];
            const auto place = items.begin() + static_cast<std::ptrdiff_t>(i);
            items.erase(place);
            if (still(script)) {
                any = true;
            } else {
                items.insert(items.begin() + static_cast<std::ptrdiff_t>(i), item);
            }
        }
        return any;
    };
    for (bool any = true; any;) {
        any = reduce(script.changes);
        any = reduce(script.start) || any;
    }
    return script;
}

std::string to_text(const RingScript& script) {
    const auto member = [](const Member& m) {
        std::string weight = std::to_string(m.weight);
        weight.resize(weight.find('.') + 3);
        return m.name + " (" + weight + ")";
    };
    std::string out = "start";
    for (const Member& m : script.start) out += " " + member(m);
    for (const Change& change : script.changes)
        out += change.kind == Change::Kind::add ? "; add " + member(change.member) : "; remove " + change.member.name;
    return out;
}

}  // namespace orrery::models
