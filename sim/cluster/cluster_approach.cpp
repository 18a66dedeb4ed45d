/// What an event that comes near will touch (sim/kernel/run.hpp): prefetched, for in a large cluster each of these is
/// in no cache.
#include "sim/base/prefetch.hpp"
#include "sim/cluster/cluster.hpp"

namespace orrery {

void Cluster::approach(const Event& event, Distance distance) const {
    const bool carried = event.kind() == kind_deliver || event.kind() == kind_hop;
    switch (distance) {
        case Distance::far:
            kernel_.prefetch(event.target());
            if (carried) orrery::prefetch(&parcels_[event.payload]);
            if (event.kind() == kind_timer || event.kind() == kind_disk)
                orrery::prefetch(&processes_[process_at(event.target()).index()]);
            if (event.kind() == kind_done) orrery::prefetch(&nodes_[node_at(event.target()).index()]);
            break;
        case Distance::middle:
            if (carried) {
                const Parcel& parcel = parcels_[event.payload];
                orrery::prefetch(&processes_[parcel.to.index()]);
                if (event.kind() == kind_hop) network_.prefetch(parcel.port);
            }
            break;
        case Distance::near:
            if (event.kind() == kind_deliver) {
                const ProcessInfo& info = processes_[parcels_[event.payload].to.index()];
                orrery::prefetch(&nodes_[info.node.index()]);
                host_of(info).prefetch(info.local);
            } else if (event.kind() == kind_timer) {
                const ProcessInfo& info = processes_[process_at(event.target()).index()];
                host_of(info).prefetch(info.local);
            } else if (event.kind() == kind_done) {
                orrery::prefetch(nodes_[node_at(event.target()).index()].processor.get());
            }
            break;
    }
}

void Cluster::approach(ProcessId process, Distance distance) const {
    const ProcessInfo& info = processes_[process.index()];
    switch (distance) {
        case Distance::far:
            orrery::prefetch(&info);
            kernel_.prefetch(entity_of(process));
            break;
        case Distance::middle:
            orrery::prefetch(&nodes_[info.node.index()]);
            network_.prefetch(network_.topology().uplink(info.node));
            host_of(info).prefetch(info.local);
            break;
        case Distance::near:
            break;
    }
}

}  // namespace orrery
