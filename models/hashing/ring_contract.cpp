#include "models/hashing/ring_contract.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/hashing/ring_script.hpp"
#include "sim/base/contract_findings.hpp"
#include "sim/base/random.hpp"

namespace orrery::models {

namespace {

void check_scripts(const Row<Ring>& row, const Settings& settings, std::uint64_t seed, ContractFindings& findings) {
    const RingKeys keys = ring_keys(seed);
    for (const std::size_t start : {0u, 1u, 2u, 3u, 7u, 16u, 40u}) {
        RingScript script = random_script(start, 10, seed);
        if (row.make(settings)->promise().weights == RingPromise::Weights::whole) make_weights_whole(script);
        const auto broken = run_script(row, settings, script, keys);
        if (!broken) continue;
        const RingScript least = reduced(row, settings, script, keys, broken->promise);
        const auto again = run_script(row, settings, least, keys);
        findings.add(broken->promise, (again ? again->where : broken->where) + "; " + to_text(least));
    }
}

/// 16 members with names of their own for each membership; the first `heavy` of them weigh 3.
std::vector<Member> sixteen(std::size_t heavy, std::uint64_t seed, std::size_t membership) {
    std::vector<Member> members;
    RandomStream random = stream_of(stream_key(seed, "ring names", membership));
    for (std::size_t i = 0; i < 16; ++i)
        members.push_back({MemberId(i),
                           "10.0." + std::to_string(membership) + "." + std::to_string(random.below(1'000'000)) + ":" +
                               std::to_string(i),
                           i < heavy ? 3.0 : 1.0});
    return members;
}

/// How many of `count` random keys each of sixteen members owns.
std::vector<double> counts_of(Ring& ring, std::size_t count, RandomStream random) {
    std::vector<double> counts(16, 0);
    if (ring.promise().depends_on == RingPromise::DependsOn::load) {
        for (std::size_t i = 0; i < count; ++i) ++counts[ring.take(NumberKey(random.next())).index()];
        return counts;
    }
    std::vector<std::uint64_t> keys(count);
    for (std::uint64_t& key : keys) key = random.next();
    std::vector<MemberId> owners(count);
    ring.owners(keys, owners);
    for (const MemberId owner : owners) ++counts[owner.index()];
    return counts;
}

std::string decimals(double value) {
    std::string text = std::to_string(value);
    return text.substr(0, text.find('.') + 4);
}

void check_spread(const Row<Ring>& row, const Settings& settings, std::uint64_t seed, ContractFindings& findings) {
    constexpr std::size_t keys = 20'000;
    for (std::size_t membership = 0; membership < 8; ++membership) {
        const auto ring = row.make(settings);
        ring->reset(sixteen(0, seed, membership));
        const auto counts = counts_of(*ring, keys, stream_of(stream_key(seed, "spread", membership)));
        const double mean = keys / 16.0;
        const double fullest = *std::max_element(counts.begin(), counts.end());
        const double allowed = most_by_chance(mean * ring->promise().max_over_mean);
        findings.expect(fullest <= allowed, "the fullest of 16 members has more keys than the promise says", [&] {
            return decimals(fullest / mean) + " of the mean; " + decimals(allowed / mean) + " with noise is allowed";
        });
    }
}

void check_weights(const Row<Ring>& row, const Settings& settings, std::uint64_t seed, ContractFindings& findings) {
    constexpr std::size_t memberships = 32;
    constexpr std::size_t keys = 5'000;
    double heavy = 0;
    RingPromise promise;
    for (std::size_t membership = 0; membership < memberships; ++membership) {
        const auto ring = row.make(settings);
        ring->reset(sixteen(8, seed, membership));
        promise = ring->promise();
        const auto counts = counts_of(*ring, keys, stream_of(stream_key(seed, "weights", membership)));
        for (std::size_t i = 0; i < 8; ++i) heavy += counts[i];
    }
    const double share = heavy / static_cast<double>(memberships * keys);
    const double fair = promise.weights == RingPromise::Weights::ignored ? 0.5 : 0.75;
    const double sampling = std::sqrt(fair * (1 - fair) / static_cast<double>(memberships * keys));
    const double own = fair * (promise.max_over_mean - 1) / 1.77 / std::sqrt(16.0 * memberships);
    const double allowed = 6 * (sampling + own);
    findings.expect(std::fabs(share - fair) <= allowed, "weights are not honoured, or not ignored, as promised", [&] {
        return "8 members of weight 3 among 8 of weight 1 own " + decimals(share) + " of the keys; " + decimals(fair) +
               " +- " + decimals(allowed) + " is expected";
    });
}

class BadInput {
public:
    BadInput(const Row<Ring>& row, const Settings& settings, ContractFindings& findings)
        : row_(row), settings_(settings), findings_(findings) {}

    void check() {
        const double infinity = std::numeric_limits<double>::infinity();
        const Member a{MemberId(std::size_t{1}), "a"};
        const Member b{MemberId(std::size_t{2}), "b"};
        refuses_member("an id twice", {MemberId(std::size_t{1}), "c"}, a, b);
        refuses_member("a name twice", {MemberId(std::size_t{3}), "b"}, a, b);
        refuses_member("an empty name", {MemberId(std::size_t{3}), ""}, a, b);
        for (const double weight : {0.0, -0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), infinity, -infinity})
            refuses_member("a weight of " + std::to_string(weight), {MemberId(std::size_t{3}), "c", weight}, a, b);
        refuses("removing who is not there", {a, b}, [](Ring& ring) { ring.remove(MemberId(std::size_t{3})); });
        refuses("removing from an empty ring", {}, [](Ring& ring) { ring.remove(MemberId(std::size_t{3})); });
        refuses("the owner of a key in an empty ring", {}, [](Ring& ring) { ring.owner("key"); });
        refuses("taking a key in an empty ring", {}, [](Ring& ring) { ring.take("key"); });
        refuses("the owners of keys in an empty ring", {}, [](Ring& ring) {
            const std::vector<std::uint64_t> keys = {1, 2};
            std::vector<MemberId> owners(2);
            ring.owners(keys, owners);
        });
        check_odd_keys({a, b});
    }

private:
    void refuses_member(const std::string& what, const Member& bad, const Member& a, const Member& b) {
        refuses(what + " in add", {a, b}, [&](Ring& ring) { ring.add(bad); });
        refuses(what + " in reset", {a, b}, [&](Ring& ring) { ring.reset(std::vector<Member>{a, b, bad}); });
        refuses(what + " in reset", {a, b}, [&](Ring& ring) { ring.reset(std::vector<Member>{bad, b, a}); });
    }

    static std::vector<MemberId> owners_of(const Ring& ring) {
        std::vector<MemberId> owners;
        for (std::uint64_t key = 0; key < 100 && !ring.members().empty(); ++key)
            owners.push_back(ring.owner(NumberKey(key * golden_step)));
        return owners;
    }

    template <class Call>
    void refuses(const std::string& what, const std::vector<Member>& members, Call call) {
        const auto ring = row_.make(settings_);
        ring->reset(members);
        const auto before = owners_of(*ring);
        const auto where = [&] { return what; };
        try {
            call(*ring);
            findings_.expect(false, "bad input is accepted", where);
        } catch (const RingError& error) {
            findings_.expect(error.what()[0] != '\0', "a RingError says nothing", where);
        } catch (const std::exception& error) {
            findings_.add("bad input gives another error than RingError", what + ": " + error.what());
        }
        const auto shown = ring->members();
        findings_.expect(
            std::equal(shown.begin(), shown.end(), members.begin(), members.end()) && owners_of(*ring) == before,
            "a refused call changes the ring", where);
    }

    void check_odd_keys(const std::vector<Member>& members) {
        const auto ring = row_.make(settings_);
        ring->reset(members);
        std::string all;
        for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
        for (const std::string& key : {std::string(), std::string(1'000'000, 'x'), all}) {
            const MemberId owner = ring->owner(key);
            findings_.expect(owner == members[0].id || owner == members[1].id, "an odd key has no owner",
                             [&] { return "of " + std::to_string(key.size()) + " bytes"; });
        }
    }

    const Row<Ring>& row_;
    const Settings& settings_;
    ContractFindings& findings_;
};

}  // namespace

std::vector<std::string> check_ring_contract(const Row<Ring>& row, const Settings& settings, std::uint64_t seed) {
    ContractFindings findings;
    check_scripts(row, settings, seed, findings);
    try {
        BadInput(row, settings, findings).check();
        check_spread(row, settings, seed, findings);
        check_weights(row, settings, seed, findings);
    } catch (const std::exception& failure) {
        findings.add("throws", failure.what());
    }
    return findings.take();
}

}  // namespace orrery::models
