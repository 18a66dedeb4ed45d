#include "models/partitioning/store/store_coordinator.hpp"

#include <algorithm>

namespace orrery::models {

StoreCoordinator::StoreCoordinator(std::shared_ptr<const StoreCoordinatorSpec> spec)
    : spec_(std::move(spec)), map_(spec_->layout), nodes_(spec_->nodes.size()) {}

void StoreCoordinator::step(Env& env, const Input<StoreCoordinator>& input, Box& outbox) {
    std::visit(Overloaded{[&](const Start&) { begin(env, outbox); },
                          [&](const Recover<StoreCoordinator>& left) {
                              for (std::uint64_t i = 0; i < left.storage.log_size(log); ++i) {
                                  const MapChange& change = left.storage.record(log, i);
                                  map_.apply(change);
                                  log_.push_back(change);
                                  if (change.kind == MapChange::Kind::died)
                                      nodes_[change.member.index()].comes = Node::Comes::back;
                                  if (change.kind == MapChange::Kind::joined)
                                      nodes_[change.member.index()].comes = Node::Comes::when_asked;
                              }
                              // Moves that were under way begin again where their units are.
                              haste_ = Haste::urgent;
                              begin(env, outbox);
                              fence_parents(env, outbox);
                              go_on(env, outbox);
                          },
                          [&](const Receive<StoreCoordinator>& got) { receive(env, got.from, got.message, outbox); },
                          [&](const Expire&) { look(env, outbox); }, [&](const Persisted&) {}, [&](const Worked&) {},
                          [&](const Request<StoreCoordinator>& request) {
                              changes_.push_back({request.operation, request.id});
                              go_on(env, outbox);
                          }},
               input);
}

void StoreCoordinator::begin(Env& env, Box& outbox) {
    // Every member may hold a lease: of the start, or of before a crash of this process.
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (spec_->lease && !counts(MemberId(i))) continue;
        nodes_[i].state = Node::State::leased;
        nodes_[i].admission = 1;
        nodes_[i].admitted = Node::Admission::taken;
        nodes_[i].granted = env.now;
    }
    outbox.arm(look_timer, spec_->look_every);
}

/// Whether a replica of this member's may count.
bool StoreCoordinator::counts(MemberId member) const {
    if (map_.newest().has(member)) return true;
    if (!map_.moving()) return false;
    for (std::size_t i = 0; i < map_.units(); ++i) {
        const UnitId unit(i);
        if (!map_.live(member, map_.unit(unit).base)) continue;
        const std::vector<MemberId> all = map_.holders(unit);
        if (std::binary_search(all.begin(), all.end(), member)) return true;
    }
    return false;
}

void StoreCoordinator::receive(Env& env, ProcessId from, const StoreMessage& message, Box& outbox) {
    if (const auto* fetch = std::get_if<FetchMap>(&message)) return publish(from, *fetch, outbox);
    const std::optional<MemberId> member = member_of(from);
    if (!member) return;
    std::visit(
        Overloaded{
            [&](const Renew& renew) { renewed(env, *member, renew, outbox); },
            [&](const Fenced& done) {
                confirmed(env, *member, Move::Step::fencing_old, done.units, done.map, outbox);
                confirmed(env, *member, Move::Step::fencing_copied, done.units, done.map, outbox);
                confirmed(env, *member, Move::Step::fencing_moved, done.units, done.map, outbox);
            },
            [&](const CopiedOut& done) { confirmed(env, *member, Move::Step::copying, done.units, done.map, outbox); },
            [&](const Dropped& done) { confirmed(env, *member, Move::Step::dropping, done.units, done.map, outbox); },
            [&](const HotKey& heat) {
                requests_ += heat.all;
                if (heat.requests > 0) warm_.push_back({heat.key, heat.requests});
            },
            // Seen to above, or nothing that a coordinator is sent:
            [](const auto&) {}},
        message);
}

void StoreCoordinator::publish(ProcessId to, const FetchMap& fetch, Box& outbox) {
    if (fetch.known >= map_.version()) {
        outbox.send(to, Published{{}, map_.version()}, durable_);
        return;
    }
    for (std::size_t i = fetch.known; i < log_.size(); ++i)
        outbox.send(to, Published{log_[i], map_.version()}, durable_);
}

std::uint32_t StoreCoordinator::record(MapChange change, Box& outbox) {
    change.version = map_.version() + 1;
    map_.apply(change);
    log_.push_back(change);
    outbox.append(log, change);
    durable_ = outbox.sync();
    return change.version;
}

// Leases. ------------------------------------------------------------------------------------------------

void StoreCoordinator::renewed(Env& env, MemberId member, const Renew& renew, Box& outbox) {
    Node& node = nodes_[member.index()];
    if (node.born && renew.born < *node.born) return;  // sent by an earlier life
    const bool new_life =
        renew.admission == 0 ? !node.born || renew.born > *node.born : node.born && renew.born > *node.born;
    if (new_life) {
        const bool missed = node.state == Node::State::lapsed;
        const bool keeps = spec_->durability == Durability::synced && !missed && node.comes == Node::Comes::when_asked;
        if (node.state == Node::State::leased && !keeps) died(env, member, outbox);
        node.items = keeps ? Lease::Items::kept : Lease::Items::given_up;
        ++node.admission;
        node.admitted = Node::Admission::told;
    } else if (node.state == Node::State::lapsed && renew.admission == node.admission) {
        // It was out of reach, and has been done without since.
        node.items = Lease::Items::given_up;
        ++node.admission;
        node.admitted = Node::Admission::told;
    }
    node.born = renew.born;
    node.admission = std::max(node.admission, renew.admission);
    if (renew.admission == node.admission) node.admitted = Node::Admission::taken;
    node.state = Node::State::leased;
    node.granted = env.now;
    outbox.send(process(member), Lease{renew.asked, node.admission, map_.version(), node.items}, durable_);
    if (node.admitted == Node::Admission::taken && node.comes == Node::Comes::back) {
        node.comes = Node::Comes::when_asked;
        outbox.note(metric_id(StoreMetric::came_back), member.value);
        changes_.push_back({{MemberChange::Kind::join, member}, {}});
    }
    go_on(env, outbox);
}

void StoreCoordinator::look(Env& env, Box& outbox) {
    if (spec_->lease) {
        const Duration patience = *spec_->lease + *spec_->lease / 8;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            Node& node = nodes_[i];
            if (node.state == Node::State::leased && env.now - node.granted > patience) {
                node.state = Node::State::lapsed;
                died(env, MemberId(i), outbox);
            }
        }
    }
    for (Move& move : moves_)
        if (env.now - move.told >= spec_->look_every) tell(env, move, outbox);
    if (spec_->hot && env.now - judged_ >= spec_->hot->every) judge_heat(env, outbox);
    go_on(env, outbox);
    outbox.arm(look_timer, spec_->look_every);
}

/// What the member held does not count any more; it serves nobody.
void StoreCoordinator::died(Env& env, MemberId member, Box& outbox) {
    Node& node = nodes_[member.index()];
    if (!counts(member)) return move_without(env, member, Affected::no, outbox);
    // Who was about to leave does not come back.
    if (map_.newest().has(member)) node.comes = Node::Comes::back;
    MapChange change;
    change.kind = MapChange::Kind::died;
    change.member = member;
    record(change, outbox);
    outbox.note(metric_id(StoreMetric::died), member.value);
    haste_ = Haste::urgent;
    move_without(env, member, Affected::yes, outbox);
}

std::optional<MemberId> StoreCoordinator::member_of(ProcessId process) const {
    const auto found = std::lower_bound(spec_->nodes.begin(), spec_->nodes.end(), process);
    if (found == spec_->nodes.end() || *found != process) return {};
    return MemberId(static_cast<std::size_t>(found - spec_->nodes.begin()));
}

}  // namespace orrery::models
