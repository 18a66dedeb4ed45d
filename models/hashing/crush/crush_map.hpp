/// CRUSH: pseudo-random placement over a hierarchy of weighted buckets by rules (Weil, Brandt, Miller, Maltzahn,
/// "CRUSH: Controlled, Scalable, Decentralized Placement of Replicated Data", SC 2006), as Ceph 16 computes it.
///
/// Devices are 0, 1, 2, ...; buckets (hosts, racks, roots) have negative ids and hold devices and other buckets, with
/// weights in 16.16 fixed point. A bucket picks an item by `straw2`: each item draws log(u) / weight, u of 16 bits from
/// rjenkins1(x, item, attempt), and the largest wins, so that a change of weight moves only what that item gains or
/// loses; or `uniform`: a pseudo-random permutation, weights ignored. Ceph's older kinds (list, tree, straw) are
/// refused.
///
///     CrushMap map = read_crush_map(text);                  // crush_text.hpp
///     std::vector<std::uint32_t> in(map.devices(), crush_one);
///     std::vector<std::int32_t> devices = map.place(0, x, 3, in);
///
/// A rule takes a bucket, chooses items of a type under it, again under those perhaps, and emits. `firstn` skips what
/// it cannot place and moves later replicas up; `indep` keeps places and leaves `crush_none` in a hole. `chooseleaf`
/// descends to one device under each chosen bucket. A device that is rejected (out, or taken already) makes the choice
/// start over from the top with the next attempt, up to `choose_total_tries` times.
///
/// A placement costs O(replicas * depth * items of a bucket), one hash each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace orrery::models {

/// Bad input to a CRUSH map: what was found and what is allowed.
class CrushError : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

inline constexpr std::uint32_t crush_one = 0x10000;     ///< weight 1
inline constexpr std::int32_t crush_none = 0x7fffffff;  ///< a place without a device

struct CrushBucket {
    enum class Algorithm : std::uint8_t { straw2, uniform };
    std::int32_t id = -1;
    std::string name = {};
    std::int32_t type = 1;  ///< 0 is the devices' own
    Algorithm algorithm = Algorithm::straw2;
    std::vector<std::int32_t> items = {};
    std::vector<std::uint32_t> weights = {};
    /// What straw2 hashes instead of the items (`ids` of Ceph's choose_args); empty: the items.
    std::vector<std::int32_t> ids = {};
};

/// Named as in Ceph; the defaults are those of "jewel" and later.
struct CrushTunables {
    std::uint32_t choose_local_tries = 0;
    std::uint32_t choose_local_fallback_tries = 0;
    std::uint32_t choose_total_tries = 50;
    std::uint32_t chooseleaf_descend_once = 1;
    std::uint32_t chooseleaf_vary_r = 1;
    std::uint32_t chooseleaf_stable = 1;
};

struct CrushStep {
    enum class Operation : std::uint8_t {
        take,  ///< argument: a bucket or device
        choose_firstn,
        choose_indep,
        chooseleaf_firstn,
        chooseleaf_indep,  ///< argument: how many, 0: all replicas, -n: all but n; type
        emit,
        set_choose_tries,
        set_chooseleaf_tries,
        set_choose_local_tries,
        set_choose_local_fallback_tries,
        set_chooseleaf_vary_r,
        set_chooseleaf_stable,  ///< argument: instead of the tunable, for the rest of the rule
    } operation = Operation::emit;
    std::int32_t argument = 0;
    std::int32_t type = 0;
};

using CrushRule = std::vector<CrushStep>;

class CrushMap {
public:
    CrushTunables tunables;

    void set_devices(std::size_t count) { devices_ = count; }
    std::size_t devices() const { return devices_; }

    /// Throws CrushError: an id that is not negative or there already, a weight or an id missing, an item that is no
    /// device and not added yet, a type that is 0.
    void add(CrushBucket bucket);
    /// Throws CrushError if the rule is there already, or takes what is not there.
    void add_rule(std::int32_t id, CrushRule rule);

    const std::map<std::int32_t, CrushRule>& rules() const { return rules_; }
    /// Null if there is none.
    const CrushBucket* bucket(std::int32_t id) const;
    /// Sum of the weights of its items; throws CrushError if there is no such bucket.
    std::uint32_t weight_of(std::int32_t id) const;

    /// The devices of input `x` for `replicas` replicas; with `firstn` there may be fewer, with `indep` holes.
    /// `reweights`: by device, crush_one: in, 0: out, between: out for that part of inputs; devices behind its end are
    /// out. Throws CrushError if there is no such rule.
    std::vector<std::int32_t> place(std::int32_t rule, std::uint32_t x, std::size_t replicas,
                                    std::span<const std::uint32_t> reweights) const;
    /// The same, of a rule that is not the map's.
    std::vector<std::int32_t> place(const CrushRule& rule, std::uint32_t x, std::size_t replicas,
                                    std::span<const std::uint32_t> reweights) const;

private:
    std::size_t devices_ = 0;
    std::vector<CrushBucket> buckets_;  ///< bucket of id -1 - i at i; holes have id 0
    std::map<std::int32_t, CrushRule> rules_;
};

/// Ceph's placement group of an object: the name's hash, folded to `groups` so that growing splits groups.
std::uint32_t crush_group(std::string_view object, std::uint32_t groups);
/// CRUSH's input for a placement group of a pool (flag hashpspool).
std::uint32_t crush_input(std::uint32_t group, std::uint32_t groups_for_placement, std::uint32_t pool);

}  // namespace orrery::models
