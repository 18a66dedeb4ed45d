/// What balancers and workers say to each other.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "sim/base/time.hpp"
#include "sim/base/wire.hpp"

namespace orrery::models {

/// Balancer to worker: serve this. `attempt` is the balancer's name for it.
struct Serve {
    std::uint64_t attempt = 0;
    Duration work{};
    std::int32_t priority = 0;
    std::optional<Duration> due = {};
    std::uint32_t reply_size = 0;
    Filler body = {};
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.attempt), field(self.work), field(self.priority), field(self.due), field(self.reply_size),
            field(self.body);
    }
    friend bool operator==(const Serve&, const Serve&) = default;
};

/// Worker to balancer: served.
struct Served {
    std::uint64_t attempt = 0;
    Filler body = {};
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.attempt), field(self.body);
    }
    friend bool operator==(const Served&, const Served&) = default;
};

/// Worker to balancer: how loaded it is as it speaks.
struct LoadReport {
    std::uint32_t outstanding = 0;
    Duration work_left{};
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.outstanding), field(self.work_left);
    }
    friend bool operator==(const LoadReport&, const LoadReport&) = default;
};

/// Worker to one balancer: nothing left to do (join-idle-queue).
struct Idle {
    template <class Self, class Field>
    static void fields(Self&, Field&&) {}
    friend bool operator==(const Idle&, const Idle&) = default;
};

/// Health check, and its answer.
struct Ping {
    std::uint32_t round = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.round);
    }
    friend bool operator==(const Ping&, const Ping&) = default;
};
struct Pong {
    std::uint32_t round = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.round);
    }
    friend bool operator==(const Pong&, const Pong&) = default;
};

using ServiceMessage = std::variant<Serve, Served, LoadReport, Idle, Ping, Pong>;

}  // namespace orrery::models
