#include "models/scheduling/catalog.hpp"

namespace orrery::models {

// Each row is made in the file of its name.
Row<Dispatcher> round_robin_row();
Row<Dispatcher> random_row();
Row<Dispatcher> weighted_round_robin_row();
Row<Dispatcher> weighted_random_row();
Row<Dispatcher> least_outstanding_row();
Row<Dispatcher> power_of_d_row();
Row<Dispatcher> power_of_d_memory_row();
Row<Dispatcher> join_idle_queue_row();
Row<Dispatcher> least_work_left_row();
Row<Dispatcher> most_free_row();

Row<QueueDiscipline> fifo_row();
Row<QueueDiscipline> processor_sharing_row();
Row<QueueDiscipline> priority_row();
Row<QueueDiscipline> srpt_row();
Row<QueueDiscipline> edf_row();

std::vector<Row<Dispatcher>> dispatchers() {
    return {
        round_robin_row(),       random_row(),     weighted_round_robin_row(), weighted_random_row(),
        least_outstanding_row(), power_of_d_row(), power_of_d_memory_row(),    join_idle_queue_row(),
        least_work_left_row(),   most_free_row(),
    };
}

std::vector<Row<QueueDiscipline>> disciplines() {
    return {
        fifo_row(), processor_sharing_row(), priority_row(), srpt_row(), edf_row(),
    };
}

}  // namespace orrery::models
