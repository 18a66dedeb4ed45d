/// The log port: what a client asks of a replicated log, whatever the protocol behind it.
///
/// A command goes in as a request to one server; the result says what became of it. Nothing here
/// names a protocol, so that a system can swap one for another.
#pragma once

#include <cstdint>
#include <optional>

#include "models/replication/payload.hpp"
#include "sim/base/ids.hpp"

namespace orrery::models {

/// An operation for the replicated state machine.
struct Command {
    Payload payload;

    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.payload);
    }
    friend bool operator==(const Command&, const Command&) = default;
};

/// What became of a command.
enum class CommandOutcome : std::uint8_t {
    committed,        ///< it is in the log of a majority for good, at `index`
    not_leader,       ///< it was never taken; try `leader`, or another server
    leadership_lost,  ///< it was taken, then the server ceased to lead: it may or may not be committed
};

struct CommandResult {
    CommandOutcome outcome = CommandOutcome::not_leader;
    std::uint64_t index = 0;          ///< its place in the log, from 1; zero if it was never taken
    std::uint64_t term = 0;           ///< the answering server's term (committed: that of the entry)
    std::optional<ProcessId> leader;  ///< who leads, as far as the server knows

    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.outcome), field(self.index), field(self.term), field(self.leader);
    }
    friend bool operator==(const CommandResult&, const CommandResult&) = default;
};

}  // namespace orrery::models
