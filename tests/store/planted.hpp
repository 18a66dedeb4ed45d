// A storage node with a bug planted in it, which the checker has to find.
#pragma once

#include "models/partitioning/store/store_node.hpp"

namespace orrery::test {

enum class Bug : std::uint8_t {
    none,
    copied_before_it_was_taken,  ///< says that all is copied when it has only been told to
    writes_lost_in_a_move,       ///< acknowledges writes of keys that it does not hold, and does not keep them
    deaf_to_fences,              ///< promises not to serve old maps, and serves them
    serves_without_a_lease,      ///< goes on serving when its lease has run out
};

class PlantedNode {
public:
    using Message = models::StoreMessage;
    using Operation = Nothing;
    using Result = Nothing;
    using Record = models::StoreRecord;
    using Cell = Nothing;

    PlantedNode(models::StoreNode node, ProcessId coordinator, Bug bug)
        : node_(std::move(node)), coordinator_(coordinator), bug_(bug) {}

    void step(Env& env, const Input<PlantedNode>& input, Outbox<PlantedNode>& outbox) {
        if (const auto* got = std::get_if<Receive<PlantedNode>>(&input))
            if (misbehaves(*got, outbox)) return;
        Outbox<models::StoreNode> inner;
        inner.open(outbox.next_ticket());
        std::visit(
            Overloaded{[&](const Start& in) { node_.step(env, in, inner); },
                       [&](const Recover<PlantedNode>& in) {
                           const View view(in.storage);
                           node_.step(env, Recover<models::StoreNode>{view}, inner);
                       },
                       [&](const Receive<PlantedNode>& in) {
                           node_.step(env, Receive<models::StoreNode>{in.from, in.message}, inner);
                       },
                       [&](const Expire& in) { node_.step(env, in, inner); },
                       [&](const Persisted& in) { node_.step(env, in, inner); },
                       [&](const Worked& in) { node_.step(env, in, inner); }, [&](const Request<PlantedNode>&) {}},
            input);
        hand_on(inner, outbox);
    }

    const models::StoreNode& node() const { return node_; }

private:
    /// The same storage, as the inner node knows it.
    class View final : public StorageView<models::StoreNode> {
    public:
        explicit View(const StorageView<PlantedNode>& outer) : outer_(outer) {}
        std::uint64_t log_size(LogId log) const override { return outer_.log_size(log); }
        const Record& record(LogId log, std::uint64_t index) const override { return outer_.record(log, index); }
        bool torn(LogId log) const override { return outer_.torn(log); }
        const Nothing* cell(CellId cell) const override { return outer_.cell(cell); }

    private:
        const StorageView<PlantedNode>& outer_;
    };

    bool misbehaves(const Receive<PlantedNode>& got, Outbox<PlantedNode>& outbox) {
        if (const auto* order = std::get_if<models::CopyOut>(&got.message)) {
            if (bug_ != Bug::copied_before_it_was_taken) return false;
            outbox.send(got.from, models::CopiedOut{order->units, order->map});
            return true;
        }
        if (const auto* fence = std::get_if<models::Fence>(&got.message)) {
            if (bug_ != Bug::deaf_to_fences) return false;
            outbox.send(got.from, models::Fenced{fence->units, fence->map});
            return true;
        }
        if (const auto* set = std::get_if<models::Set>(&got.message)) {
            if (bug_ != Bug::writes_lost_in_a_move || node_.items().find(set->key) != nullptr) return false;
            outbox.send(got.from, models::Stored{set->call, models::Stored::What::stored});
            return true;
        }
        if (const auto* get = std::get_if<models::Get>(&got.message)) {
            if (bug_ != Bug::serves_without_a_lease) return false;
            models::Found found;
            found.call = get->call;
            if (const auto* item = node_.items().find(get->key)) {
                found.version = item->version();
            } else {
                found.what = models::Found::What::nothing;
            }
            outbox.send(got.from, found);
            return true;
        }
        return false;
    }

    static void hand_on(Outbox<models::StoreNode>& inner, Outbox<PlantedNode>& outbox) {
        using Inner = models::StoreNode;
        for (auto& output : inner.outputs()) {
            std::visit(Overloaded{[&](Send<Inner>& send) { outbox.send(send.to, std::move(send.message), send.after); },
                                  [&](Reply<Inner>&) {}, [&](Arm& arm) { outbox.arm(arm.timer, arm.delay); },
                                  [&](Disarm& disarm) { outbox.disarm(disarm.timer); },
                                  [&](Append<Inner>& append) { outbox.append(append.log, append.record); },
                                  [&](Truncate& cut) { outbox.truncate(cut.log, cut.from); }, [&](Put<Inner>&) {},
                                  [&](Sync&) { outbox.sync(); }, [&](StartWork& work) { outbox.work(work.work); },
                                  [&](Note& note) { outbox.note(note.metric, note.value); }},
                       output);
        }
    }

    models::StoreNode node_;
    ProcessId coordinator_;
    Bug bug_;
};

}  // namespace orrery::test
