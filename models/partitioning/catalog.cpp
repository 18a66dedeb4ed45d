#include "models/partitioning/catalog.hpp"

namespace orrery::models {

// Each row is made in the file of its name.
Row<Partitioner> modulo_row();
Row<Partitioner> round_robin_partitioner_row();
Row<Partitioner> random_partitioner_row();
Row<Partitioner> broadcast_row();
Row<Partitioner> global_row();

std::vector<Row<Partitioner>> partitioners() {
    return {
        modulo_row(), round_robin_partitioner_row(), random_partitioner_row(), broadcast_row(), global_row(),
    };
}

}  // namespace orrery::models
