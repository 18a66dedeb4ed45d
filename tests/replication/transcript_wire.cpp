/// The transcript's network: messages wait until a command moves them.
#include <fmt/core.h>

#include <algorithm>

#include "models/replication/raft/print.hpp"
#include "tests/replication/transcript.hpp"

namespace orrery::tests {

using namespace models;

std::vector<std::size_t> Transcript::matching(const std::string& from, const std::string& to) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < wire_.size(); ++i)
        if ((from == "*" || wire_[i].from == number(from)) && (to == "*" || wire_[i].to == number(to)))
            found.push_back(i);
    if (from != "*" && to != "*" && found.size() > 1) found.resize(1);
    return found;
}

void Transcript::run_wire(const Words& words) {
    const auto& command = words[0];
    if (command == "heal") return group_.clear();
    if (command == "settle") {
        // No transcript needs more; a protocol that never falls silent must not hang its test.
        for (int rounds = 0; settle_once(); ++rounds)
            if (rounds == 1000) return say("never settles");
        return;
    }
    if (command == "partition") {
        std::size_t group = 0;
        for (std::size_t i = 1; i < words.size(); ++i) {
            if (words[i] == "|") {
                ++group;
            } else {
                group_[number(words[i])] = group;
            }
        }
        return;
    }

    const auto found = matching(words.at(1), words.at(2));
    if (found.empty()) return say("no such message");
    if (command == "duplicate") {
        wire_.push_back(wire_[found.front()]);
    } else if (command == "overtake") {
        std::size_t youngest = found.front();
        for (std::size_t i = youngest; i < wire_.size(); ++i)
            if (wire_[i].from == wire_[youngest].from && wire_[i].to == wire_[youngest].to) youngest = i;
        const auto packet = wire_[youngest];
        wire_.erase(wire_.begin() + static_cast<std::ptrdiff_t>(youngest));
        wire_.push_front(packet);
    } else {
        std::vector<Packet> taken;
        for (const auto index : found) taken.push_back(wire_[index]);
        for (auto index = found.rbegin(); index != found.rend(); ++index)
            wire_.erase(wire_.begin() + static_cast<std::ptrdiff_t>(*index));
        if (command == "deliver")
            for (const auto& packet : taken) deliver(packet);
    }
}

void Transcript::deliver(const Packet& packet) {
    const auto words = fmt::format("{} to {}: {}", packet.from, packet.to, to_string(packet.message));
    const bool cut = !group_.empty() && group_[packet.from] != group_[packet.to];
    if (cut || !server(packet.to).raft) return murmur("lost " + words);
    murmur("--- " + words);
    step(packet.to, Receive<Raft>{ProcessId(packet.from), packet.message});
}

bool Transcript::settle_once() {
    bool moved = false;
    for (Number who = 1; who <= servers_.size(); ++who) moved = persist_one(who) || moved;
    if (wire_.empty()) return moved;
    const auto packet = wire_.front();
    wire_.pop_front();
    deliver(packet);
    return true;
}

}  // namespace orrery::tests
