#include <doctest/doctest.h>

#include "models/partitioning/placement_contract.hpp"
#include "placement_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

TEST_CASE("every placement that ships keeps the contract, however replicas are kept apart") {
    for (const auto& row : replica_placements())
        for (const char* spread : {"nodes", "racks", "zones"})
            for (const auto& broken : check_placement_contract(row, placement_settings(spread), 3))
                FAIL_CHECK(row.name << " (" << spread << "): " << broken);
}
