#include "scenarios/systems/catalog.hpp"

#include "scenarios/systems/rows.hpp"

namespace orrery {

std::vector<Row<SystemKind>> system_kinds() {
    return {
        service_row(),
        shuffle_row(),
        consensus_row(),
        store_row(),
    };
}

}  // namespace orrery
