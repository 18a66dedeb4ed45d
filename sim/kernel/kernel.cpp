#include "sim/kernel/kernel.hpp"

namespace orrery {

namespace {

constexpr int sequence_bits = 40;
constexpr int entity_bits = 23;

// A bijection on 23 bits: odd multiplications and xor-shifts, their constants from the seed.
std::uint64_t permuted(std::uint64_t entity, std::uint64_t seed) {
    constexpr std::uint64_t mask = (std::uint64_t{1} << entity_bits) - 1;
    RandomStream stream = stream_of(stream_key(seed, "origin order", 0));
    std::uint64_t code = entity;
    for (const int shift : {11, 13, 12}) {
        const std::uint64_t factor = stream.next() | 1;
        const std::uint64_t offset = stream.next();
        code = (code * factor + offset) & mask;
        code ^= code >> shift;
    }
    return code;
}

}  // namespace

Kernel::Kernel(std::uint64_t seed, Execution execution) : seed_(seed), execution_(execution), queues_(1), dead_(1) {}

std::uint64_t Kernel::origin_code(EntityId entity, DomainId domain) const {
    const std::uint64_t flag = domain == world_domain ? 0 : std::uint64_t{1} << entity_bits;
    return (flag | permuted(entity.index(), seed_)) << sequence_bits;
}

EntityId Kernel::add_entity(DomainId domain) {
    ORRERY_CHECK(entities_.size() < entities_max, "a run holds at most 8,388,608 entities");
    const EntityId entity(entities_.size());
    entities_.push_back(Entity{origin_code(entity, domain) + 1, mix64(seed_ + entity.index() * golden_step)});
    domains_.push_back(domain);
    if (execution_ == Execution::windowed && domain.index() >= queues_.size()) {
        queues_.resize(domain.index() + 1);
        dead_.resize(domain.index() + 1);
    }
    return entity;
}

std::uint64_t Kernel::fingerprint() const {
    std::uint64_t combined = mix64(entities_.size());
    for (const Entity& entity : entities_)
        combined = mix64(combined + golden_step) ^ mix64(entity.hash + entity.next_order);
    return combined;
}

std::size_t Kernel::pending() const {
    std::size_t total = 0;
    for (const EventQueue& queue : queues_) total += queue.size();
    return total;
}

}  // namespace orrery
