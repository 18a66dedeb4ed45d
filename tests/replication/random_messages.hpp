/// Messages at random: every kind, small and extreme numbers, with and without entries.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "models/replication/raft/messages.hpp"
#include "sim/base/random.hpp"

namespace orrery::tests {

inline std::uint64_t random_number(RandomStream& random) {
    const auto kind = random.below(20);
    if (kind == 0) return std::numeric_limits<std::uint64_t>::max() - random.below(3);
    if (kind == 1) return random.next();
    return random.below(12);
}

inline models::RaftEntry random_entry(RandomStream& random) {
    models::RaftEntry entry{.term = random_number(random), .content = models::NoOperation{}};
    const auto kind = random.below(3);
    const auto size = random.below(40);
    if (kind == 1) entry.content = models::Command{models::Payload(Filler{static_cast<std::uint32_t>(size)})};
    if (kind == 2) {
        std::string bytes;
        for (std::uint64_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(random.below(256)));
        entry.content = models::Command{models::Payload(std::move(bytes))};
    }
    return entry;
}

inline models::RaftMessage random_message(RandomStream& random) {
    const auto kind = random.below(5);
    const auto term = random_number(random);
    const auto first = random_number(random);
    const auto second = random_number(random);
    const auto third = random_number(random);
    switch (kind) {
        case 0:
            return models::RequestVote{.term = term, .last_log_index = first, .last_log_term = second};
        case 1:
            return models::RequestVoteReply{.term = term,
                                            .vote = first % 2 == 0 ? models::Vote::granted : models::Vote::refused};
        case 2:
            return models::AppendEntriesReply{.term = term, .verdict = models::Accepted{first}};
        case 3:
            return models::AppendEntriesReply{.term = term, .verdict = models::Rejected{first, second, third}};
        default:
            break;
    }
    std::vector<models::RaftEntry> entries;
    const auto count = random.below(5);
    for (std::uint64_t i = 0; i < count; ++i) entries.push_back(random_entry(random));
    return models::AppendEntries{.term = term,
                                 .prev_log_index = first,
                                 .prev_log_term = second,
                                 .leader_commit = third,
                                 .entries = models::EntryBatch(std::move(entries))};
}

}  // namespace orrery::tests
