/// The partition map is a log of small changes: whoever has applied the same changes has the same map.
#pragma once

#include <cstdint>

#include "models/hashing/ring.hpp"
#include "sim/base/ids.hpp"

namespace orrery::models {

/// What moves as one: a partition, or a slice of the key space where keys go straight to nodes; or a single hot key.
using UnitId = Id<struct UnitTag>;

struct UnitRange {
    UnitId first;
    std::uint32_t count = 1;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.first), field(self.count);
    }
    friend bool operator==(const UnitRange&, const UnitRange&) = default;
};

/// How many replicas a key of its own has, and among which nodes.
struct HotPlace {
    std::uint8_t replicas = 0;
    enum class Where : std::uint8_t {
        with_unit,  ///< the first ones in the order of the unit that it is of
        apart,      ///< where it would be if it were a partition by itself
    } where = Where::with_unit;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.replicas), field(self.where);
    }
    friend bool operator==(const HotPlace&, const HotPlace&) = default;
};

struct MapChange {
    enum class Kind : std::uint8_t {
        joined,   ///< a new layout, with `member`
        left,     ///< a new layout, without `member`; what it holds still counts
        died,     ///< what `member` holds does not count any more; a new layout without it, if it was in the newest
        copying,  ///< `units`, settled (or copying already), begin to move to the newest layout
        handing_over,  ///< `units`, copying, are read from their new replicas
        settled,       ///< `units`, handing over, have moved; or they had nothing to move
        hot,           ///< `key` of units.first becomes a unit of its own, or is one, and is to be as `hot` says
    } kind = Kind::joined;
    std::uint32_t version = 0;  ///< 1 for the first change, then one more each
    MemberId member;
    UnitRange units;
    std::uint64_t key = 0;
    /// Where the replicas of a hot key are to be.
    HotPlace hot = {};
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.kind), field(self.version), field(self.member), field(self.units), field(self.key), field(self.hot);
    }
    friend bool operator==(const MapChange&, const MapChange&) = default;
};

}  // namespace orrery::models
