/// An event: 24 bytes of data, never a closure.
///
/// Order is total: (time, round, origin, sequence).
/// - `round` is not stored. What is scheduled for a later instant is in that instant's round 0; what is
///   scheduled for the current instant goes to the next round of the instant.
/// - `origin` is the entity that scheduled the event, permuted by the run's seed (else low ids would win
///   every tie); `sequence` is that entity's own count. Together they are `order`, unique in a run.
#pragma once

#include <cstdint>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/base/wide.hpp"

namespace orrery {

/// What an event means; the numbers are the world's own. Kinds with the top bit may be cancelled: the
/// kernel asks the world whether such an event still lives before it lets it happen.
enum class EventKind : std::uint8_t {};

constexpr EventKind cancellable(std::uint8_t number) {
    return EventKind{static_cast<std::uint8_t>(number | 0x80u)};
}
constexpr bool is_cancellable(EventKind kind) {
    return (static_cast<std::uint8_t>(kind) & 0x80u) != 0;
}

struct Event {
    Time at;
    std::uint64_t order;        ///< origin (24 bits: world flag and permuted entity) and sequence (40 bits)
    std::uint32_t target_kind;  ///< entity (24 bits), kind (8 bits)
    std::uint32_t payload;      ///< a handle or a small number; no part of any fingerprint

    EntityId target() const { return EntityId(target_kind >> 8); }
    EventKind kind() const { return EventKind{static_cast<std::uint8_t>(target_kind & 0xffu)}; }
};
static_assert(sizeof(Event) == 24);

constexpr UnsignedWide sort_key(const Event& event) {
    return static_cast<UnsignedWide>(static_cast<std::uint64_t>(event.at.time_since_epoch().count())) << 64 |
           event.order;
}

/// Strictly before, within one round.
constexpr bool precedes(const Event& a, const Event& b) {
    return sort_key(a) < sort_key(b);
}

}  // namespace orrery
