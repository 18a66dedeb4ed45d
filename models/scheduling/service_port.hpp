/// The service port: what a client asks of a keyed service, and what comes back.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/base/time.hpp"
#include "sim/base/wire.hpp"

namespace orrery::models {

struct ServiceRequest {
    std::uint64_t key = 0;
    Duration work{};          ///< service demand, in time of one core of speed 1
    std::int64_t memory = 0;  ///< bytes needed while it is served
    std::int32_t priority = 0;
    std::optional<Duration> due = {};  ///< deadline for disciplines that look at it, from arrival at the worker
    Filler body = {};                  ///< what the request carries
    std::uint32_t reply_size = 0;      ///< bytes of the reply's body
};

enum class ServiceOutcome : std::uint8_t {
    ok,
    timed_out,    ///< every attempt timed out, or the retry budget was spent
    unavailable,  ///< no worker was known to be up
};

struct ServiceResult {
    ServiceOutcome outcome = ServiceOutcome::ok;
    std::uint16_t attempts = 0;  ///< sent to workers, hedges included
    std::uint16_t retries = 0;
    std::uint16_t hedges = 0;
};

}  // namespace orrery::models
