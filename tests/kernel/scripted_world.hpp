/// A world whose events do what a test says, and which writes down what happened.
#pragma once

#include <functional>
#include <vector>

#include "sim/kernel/run.hpp"

namespace orrery::test {

class ScriptedWorld {
public:
    using Script = std::function<void(ScriptedWorld&, const Event&)>;

    /// Entity 0 is the world's; entities 1, 2, ... have a domain each.
    ScriptedWorld(std::uint64_t seed, std::size_t entities, Script script = {}, Execution execution = Execution::merged)
        : kernel_(seed, execution), script_(std::move(script)) {
        for (std::size_t i = 0; i < entities; ++i) kernel_.add_entity(DomainId(i));
    }

    Kernel& kernel() { return kernel_; }
    const Kernel& kernel() const { return kernel_; }
    void handle(const Event& event) {
        happened.push_back(event);
        if (script_) script_(*this, event);
    }
    bool alive(const Event& event) const { return !lives || lives(event); }
    bool small() const { return false; }
    void approach(const Event&, Distance) const {}

    std::uint64_t schedule(std::size_t origin, std::size_t target, std::int64_t at, std::uint32_t payload = 0) {
        return kernel_.schedule(EntityId(origin), EntityId(target), Time(Duration(at)), EventKind{0}, payload);
    }
    std::vector<std::uint32_t> payloads() const {
        std::vector<std::uint32_t> out;
        for (const Event& event : happened) out.push_back(event.payload);
        return out;
    }

    std::vector<Event> happened;
    std::function<bool(const Event&)> lives;

private:
    Kernel kernel_;
    Script script_;
};

}  // namespace orrery::test
