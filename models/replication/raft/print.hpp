/// Raft in words, for transcripts and error messages.
///
/// A position in a log is written index@term, an entry term:content, a server by its number:
///
///     AppendEntries term=2 prev=1@1 commit=1 entries=[2:noop 2:"x" 2:100B]
///     3 follower term=2 vote=1 leader=1 log=[1:noop 2:noop 2:"x"] durable=2 commit=1
#pragma once

#include <string>
#include <string_view>

#include "models/replication/raft/raft.hpp"

namespace orrery::models {

std::string_view to_string(RaftRole role);
std::string_view to_string(CommandOutcome outcome);
std::string to_string(const Payload& payload);
std::string to_string(const RaftEntry& entry);
std::string to_string(const HardState& hard_state);
std::string to_string(const RaftMessage& message);
std::string to_string(const CommandResult& result);
/// The whole server, its log at full length.
std::string to_string(const Raft& server);

}  // namespace orrery::models
