/// Shuffle: every task sends every record to another task, chosen uniformly.
///
/// The all-to-all exchange between two stages of a stream or batch job (Storm's shuffle grouping, Flink's
/// rebalance by chance), without the stages: what a network has to carry.
#pragma once

#include <memory>
#include <variant>

#include "sim/base/contract.hpp"
#include "sim/base/wire.hpp"

namespace orrery::models {

/// A record on its way. Its encoding is its body and 5 bytes.
struct ShuffledRecord {
    Filler body;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.body);
    }
    friend bool operator==(const ShuffledRecord&, const ShuffledRecord&) = default;
};

/// The tasks of a stage: processes `first`, `first` + 1, ..., at least two.
struct ShuffleStage {
    ProcessId first;
    std::uint32_t tasks = 2;
};

class Shuffle {
public:
    using Message = std::variant<ShuffledRecord>;
    using Operation = ShuffledRecord;
    using Result = Nothing;
    using Record = Nothing;
    using Cell = Nothing;

    explicit Shuffle(ShuffleStage stage) : stage_(stage) {}

    void step(Env& env, const Input<Shuffle>& input, Outbox<Shuffle>& outbox) {
        std::visit(Overloaded{[&](const Request<Shuffle>& request) { outbox.send(other_task(env), request.operation); },
                              [](const Start&) {}, [](const Recover<Shuffle>&) {}, [](const Receive<Shuffle>&) {},
                              [](const Expire&) {}, [](const Persisted&) {}, [](const Worked&) {}},
                   input);
    }

private:
    ProcessId other_task(Env& env) const {
        const auto offset = 1 + static_cast<std::uint32_t>(env.random.below(stage_.tasks - 1));
        const std::uint32_t own = env.self.value - stage_.first.value;
        return ProcessId(std::size_t{stage_.first.value} + (own + offset) % stage_.tasks);
    }

    ShuffleStage stage_;
};

}  // namespace orrery::models
