/// Does a ring keep its promises? A check that runs over any catalog row, one's own included:
///
///     for (const std::string& broken : check_ring_contract(row, settings, 7)) std::cerr << broken;
///
/// What is checked
/// - Over random scripts of joining and leaving (ring_script.hpp), with weights from 1/4 to 4 (1 to 16 where they are
/// whole): an owner is a member;
///   replicas are distinct members, the owner first, as many as there are; `owners` is `owner`; `members` are those who
///   joined and did not leave, in this order; a twin, a clone and, where the owner depends on members alone, a ring
///   made at once from them in any order agree; a clone that goes another way moves nothing in the original; joining
///   and leaving again, and the reverse, is the identity; the keys that a change moves are within `moved_factor`;
///   `take` gives members, and is `owner` but where owners depend on the load. What fails is reduced to a script from
///   which nothing can be left out, and printed.
/// - Of 16 equal members with random names the fullest is within `max_over_mean`; weights are honoured (or not) as
///   promised. Where owners depend on the load, keys are taken one after the other for that.
/// - Bad input (a name or an id twice, an empty name, weights of 0, -1, NaN and infinity, removing who is not there, a
///   question to an empty ring) is a RingError that leaves the ring as it was. An empty key, one of 1 MB and one of all
///   bytes have an owner.
///
/// Counts of keys are judged with Bernstein's inequality: n independent keys that each hit with probability p hit
/// more than np + sqrt(2 x np) + x/3 times with probability below e^-x. x = 30 makes a false alarm rarer than 1 in
/// 10^13; with 10,000 comparisons a run, 1 in 10^9.
///
/// Moved keys. With `moved_factor` 1 no noise is allowed for: every key that moves comes from the member that leaves,
/// or goes to the one that joins. Where only the last may leave at that price, one more member may be involved.
/// With a larger factor f, that of the state before or after, the number of moved keys is at most f times the larger of
/// the fair part of the member that joins or leaves and what it gets or had, noise apart. An infinite one is not
/// judged.
///
/// Weights. Over 32 memberships of 8 heavy members (3) and 8 light ones (1), the heavy ones' share is 3/4 (1/2 where
/// weights are ignored) apart from
/// - sampling noise, 6 sqrt(s (1 - s) / keys);
/// - the scheme's own: if the fullest of 16 is at most m over the mean, one member deviates by about (m - 1) / 1.77 of
///   its share (16 normal variables reach 1.77 standard deviations on average), so 512 members by 1/sqrt(512) of that,
///   six times. This is generous: m bounds the fullest in almost all memberships, not on average.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/hashing/ring.hpp"
#include "sim/base/catalog.hpp"

namespace orrery::models {

/// The broken promises in words, each once, with how to see it; empty if all are kept. An exception of the scheme's is
/// a broken promise as well.
std::vector<std::string> check_ring_contract(const Row<Ring>& row, const Settings& settings, std::uint64_t seed);

}  // namespace orrery::models
