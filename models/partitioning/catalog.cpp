#include "models/partitioning/catalog.hpp"

namespace orrery::models {

// Each row is made in the file of its name.
Row<Partitioner> modulo_row();
Row<Partitioner> range_row();
Row<Partitioner> dynamic_range_row();
Row<Partitioner> list_row();
Row<Partitioner> composite_row();
Row<Partitioner> time_range_row();
Row<Partitioner> random_partitioner_row();
Row<Partitioner> round_robin_partitioner_row();
Row<Partitioner> sticky_row();
Row<Partitioner> shuffle_row();
Row<Partitioner> broadcast_row();
Row<Partitioner> global_row();
Row<Partitioner> kafka_default_row();
Row<Partitioner> kafka_sticky_row();
Row<Partitioner> redis_slots_row();
Row<Partitioner> cassandra_murmur3_row();
Row<Partitioner> cassandra_random_row();
Row<Partitioner> kinesis_row();
Row<Partitioner> dynamodb_row();
Row<Partitioner> flink_key_groups_row();
Row<Partitioner> storm_fields_row();
Row<Partitioner> storm_pkg_row();
Row<Partitioner> d_choices_row();
Row<Partitioner> w_choices_row();
Row<Partitioner> key_splitting_row();
Row<Partitioner> key_replication_row();

Row<Assignor> kafka_range_row();
Row<Assignor> kafka_round_robin_row();
Row<Assignor> kafka_sticky_assignor_row();
Row<Assignor> kafka_cooperative_sticky_row();
Row<Assignor> kafka_server_range_row();
Row<Assignor> kafka_uniform_row();
Row<Assignor> lease_balancing_row();

Row<ReplicaPlacement> ring_successors_row();
Row<ReplicaPlacement> cassandra_simple_row();
Row<ReplicaPlacement> cassandra_network_topology_row();
Row<ReplicaPlacement> kafka_admin_row();
Row<ReplicaPlacement> kafka_striped_row();
Row<ReplicaPlacement> random_replicas_row();
Row<ReplicaPlacement> copysets_row();
Row<ReplicaPlacement> tiered_row();
Row<ReplicaPlacement> crush_placement_row();

std::vector<Row<Partitioner>> partitioners() {
    return {
        modulo_row(),           range_row(),           dynamic_range_row(),      list_row(),
        composite_row(),        time_range_row(),      random_partitioner_row(), round_robin_partitioner_row(),
        sticky_row(),           shuffle_row(),         broadcast_row(),          global_row(),
        kafka_default_row(),    kafka_sticky_row(),    redis_slots_row(),        cassandra_murmur3_row(),
        cassandra_random_row(), kinesis_row(),         dynamodb_row(),           flink_key_groups_row(),
        storm_fields_row(),     storm_pkg_row(),       d_choices_row(),          w_choices_row(),
        key_splitting_row(),    key_replication_row(),
    };
}

std::vector<Row<Assignor>> assignors() {
    return {
        kafka_range_row(),        kafka_round_robin_row(), kafka_sticky_assignor_row(), kafka_cooperative_sticky_row(),
        kafka_server_range_row(), kafka_uniform_row(),     lease_balancing_row(),
    };
}

std::vector<Row<ReplicaPlacement>> replica_placements() {
    return {
        ring_successors_row(), cassandra_simple_row(), cassandra_network_topology_row(),
        kafka_admin_row(),     kafka_striped_row(),    random_replicas_row(),
        copysets_row(),        tiered_row(),           crush_placement_row(),
    };
}

}  // namespace orrery::models
