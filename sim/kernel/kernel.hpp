/// The kernel: entities, their order, their fingerprints, and the pending events. It knows no node and
/// no network; the world (a template argument of `run`, see run.hpp) gives events their meaning.
///
/// Domains. A domain is a set of entities that may touch each other without a link; domains meet only
/// over a latency of at least the lookahead. Domain 0 is the world itself (faults, measurement): its
/// events come first at each instant and may touch everything, but schedule nothing for domain 0 at that
/// instant.
/// In `Execution::merged` one queue holds all; in `Execution::windowed` every domain has its own, and the
/// domains of a window run one after the other in an order shuffled by a seed. Both give the same
/// fingerprint: that is what a domain means, and a test holds it.
///
/// A kernel is a value: a copy continues exactly as the original does.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/prefetch.hpp"
#include "sim/base/random.hpp"
#include "sim/kernel/event_queue.hpp"

namespace orrery {

inline constexpr DomainId world_domain{};

enum class Execution : std::uint8_t { merged, windowed };

class Kernel {
public:
    /// `seed` permutes origins in ties.
    explicit Kernel(std::uint64_t seed, Execution execution = Execution::merged);

    /// Entities are numbered 0, 1, 2, ...; at most `entities_max`.
    EntityId add_entity(DomainId domain);
    static constexpr std::size_t entities_max = std::size_t{1} << 23;

    std::size_t entities() const { return entities_.size(); }
    DomainId domain(EntityId entity) const { return domains_[entity.index()]; }

    /// Time of the event that is happening; within a window, in its own domain.
    Time now() const { return now_; }

    /// Schedules an event by `origin` for `target`, at `now()` or later. Across domains `at` is at least
    /// the lookahead away. Returns the event's order: never 0 and unique in the run, so it names the event.
    std::uint64_t schedule(EntityId origin, EntityId target, Time at, EventKind kind, std::uint32_t payload) {
        const std::uint64_t order = entities_[origin.index()].next_order++;
        put(Event{at, order, target.value << 8 | static_cast<std::uint32_t>(kind), payload});
        return order;
    }

    /// Takes an order without scheduling, for an event that will be put later by `put` (a timer that is
    /// moved while its old event is still pending).
    std::uint64_t take_order(EntityId origin) { return entities_[origin.index()].next_order++; }

    void put(const Event& event) {
        EventQueue& queue = execution_ == Execution::merged ? queues_.front() : queues_[queue_of(event.target())];
        ORRERY_CHECK(event.at >= queue.now(), "an event is scheduled in the past");
        queue.push(event);
    }

    /// Tells that a pending cancellable event of `target` is dead. Dead events never exceed live ones.
    void note_dead(EntityId target) { ++dead_[queue_of(target)]; }

    /// Folds `value` into the entity's rolling hash: draws and zero-latency calls that are no events.
    void fold(EntityId entity, std::uint64_t value) {
        std::uint64_t& hash = entities_[entity.index()].hash;
        hash = mixed(hash, value);
    }
    std::uint64_t hash(EntityId entity) const { return entities_[entity.index()].hash; }

    /// The fingerprint so far: all entities' hashes and counts, in entity order. O(entities).
    std::uint64_t fingerprint() const;

    std::size_t pending() const;
    std::uint64_t events() const { return events_; }

    /// An event of this entity comes near.
    void prefetch(EntityId entity) const { orrery::prefetch(&entities_[entity.index()]); }

    // For `run` (run.hpp): ----------------------------------------------------------------------

    Execution execution() const { return execution_; }
    std::vector<EventQueue>& queues() { return queues_; }
    const std::vector<EventQueue>& queues() const { return queues_; }
    std::uint64_t& dead(std::size_t queue) { return dead_[queue]; }
    void enter(std::size_t queue) {
        current_ = queue;
        now_ = queues_[queue].now();
    }
    std::size_t current() const { return current_; }
    /// An event has been taken out of the current queue, whether it happens or is dead.
    void reached(Time at) { now_ = at; }

    void happened(const Event& event) {
        ++events_;
        const std::uint64_t what = static_cast<std::uint64_t>(event.at.time_since_epoch().count()) * golden_step +
                                   (event.order ^ static_cast<std::uint64_t>(event.target_kind & 0xffu) << 56);
        fold(event.target(), what);
    }

private:
    struct Entity {
        std::uint64_t next_order;  ///< origin in the high 24 bits, sequence (from 1) in the low 40
        std::uint64_t hash;
    };

    static std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
        const std::uint64_t product = (hash ^ value) * 0xd6e8feb86659fd93u;
        return product ^ product >> 32;
    }
    std::size_t queue_of(EntityId target) const {
        return execution_ == Execution::merged ? 0 : domains_[target.index()].index();
    }
    std::uint64_t origin_code(EntityId entity, DomainId domain) const;

    std::uint64_t seed_;
    Execution execution_;
    Time now_{};  ///< of the current queue
    std::size_t current_ = 0;
    std::uint64_t events_ = 0;
    std::vector<Entity> entities_;
    std::vector<DomainId> domains_;
    std::vector<EventQueue> queues_;
    std::vector<std::uint64_t> dead_;
};

}  // namespace orrery
