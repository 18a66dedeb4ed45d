// What every row of every family owes, shipped or not: run over the whole catalog.
#include <doctest/doctest.h>

#include <algorithm>

#include "models/hashing/ring_contract.hpp"
#include "models/partitioning/assignor_contract.hpp"
#include "models/partitioning/partitioner_contract.hpp"
#include "models/partitioning/placement_contract.hpp"
#include "models/scheduling/discipline_contract.hpp"
#include "models/scheduling/dispatcher_contract.hpp"
#include "scenarios/format/document.hpp"
#include "scenarios/format/loader.hpp"
#include "scenarios/systems/scenario.hpp"

using namespace orrery;

namespace {

bool is_snake_case(const std::string& name) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
           std::all_of(name.begin(), name.end(), allowed);
}

void check_table(const Table& table) {
    std::vector<std::string> names;
    for (const Parameter& parameter : table.parameters) {
        CAPTURE(parameter.name);
        CHECK(is_snake_case(parameter.name));
        CHECK(!parameter.doc.empty());
        CHECK(parameter.doc.back() != '.');
        CHECK((parameter.kind == Kind::choice) == !parameter.choices.empty());
        names.push_back(parameter.name);
    }
    for (const Child& child : table.children) {
        CAPTURE(child.name);
        CHECK(is_snake_case(child.name));
        CHECK(!child.doc.empty());
        names.push_back(child.name);
        if (child.table) check_table(*child.table);
    }
    std::sort(names.begin(), names.end());
    CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

/// A row's settings when nothing but its name is written.
template <class Policy>
Settings defaults(const Row<Policy>& row, const Catalog& catalog) {
    Child child;
    child.name = "it";
    child.shape = Child::Shape::policy;
    child.family = std::string(Policy::family);
    child.presence = Child::Presence::required;
    const Settings settings = load(parse("it: " + row.name + "\n", "contract"), Table{{}, {child}}, catalog);
    return settings.child("it")->settings;
}

}  // namespace

TEST_CASE("every row has a name of its own in snake_case, one line about it, and documented parameters") {
    const Catalog catalog = builtin();
    CHECK(catalog.families() == std::vector<std::string>{"arrivals", "assignor", "discipline", "dispatcher",
                                                         "distribution", "fault", "hash", "keys", "partitioner",
                                                         "partitioning", "placement", "replication", "ring", "system",
                                                         "topology"});
    for (const std::string& family : catalog.families()) {
        CAPTURE(family);
        CHECK(!catalog.rows(family).empty());
        for (const RowInfo* row : catalog.rows(family)) {
            CAPTURE(row->name);
            CHECK(is_snake_case(row->name));
            CHECK(!row->summary.empty());
            CHECK(row->summary.find('\n') == std::string::npos);
            check_table(row->table);
        }
    }
    check_table(scenario_table());
}

TEST_CASE("every dispatcher keeps the dispatcher contract") {
    const Catalog catalog = builtin();
    for (const RowInfo* info : catalog.rows(models::Dispatcher::family)) {
        CAPTURE(info->name);
        const auto& row = *catalog.find<models::Dispatcher>(info->name);
        CHECK(models::check_dispatcher_contract(row, defaults(row, catalog), 11) == std::vector<std::string>{});
    }
}

TEST_CASE("every partitioner keeps the partitioner contract") {
    const Catalog catalog = builtin();
    for (const RowInfo* info : catalog.rows(models::Partitioner::family)) {
        CAPTURE(info->name);
        const auto& row = *catalog.find<models::Partitioner>(info->name);
        CHECK(models::check_partitioner_contract(row, defaults(row, catalog), 11) == std::vector<std::string>{});
    }
}

TEST_CASE("every queue discipline keeps the discipline contract") {
    const Catalog catalog = builtin();
    for (const RowInfo* info : catalog.rows(QueueDiscipline::family)) {
        CAPTURE(info->name);
        const auto& row = *catalog.find<QueueDiscipline>(info->name);
        CHECK(models::check_discipline_contract(row, defaults(row, catalog), 11) == std::vector<std::string>{});
    }
}

TEST_CASE("every ring keeps the ring contract") {
    const Catalog catalog = builtin();
    for (const RowInfo* info : catalog.rows(models::Ring::family)) {
        CAPTURE(info->name);
        const auto& row = *catalog.find<models::Ring>(info->name);
        CHECK(models::check_ring_contract(row, defaults(row, catalog), 11) == std::vector<std::string>{});
    }
}

TEST_CASE("every assignor keeps the assignor contract") {
    const Catalog catalog = builtin();
    for (const RowInfo* info : catalog.rows(models::Assignor::family)) {
        CAPTURE(info->name);
        const auto& row = *catalog.find<models::Assignor>(info->name);
        CHECK(models::check_assignor_contract(row, defaults(row, catalog), 11) == std::vector<std::string>{});
    }
}

TEST_CASE("every replica placement keeps the placement contract") {
    const Catalog catalog = builtin();
    for (const RowInfo* info : catalog.rows(models::ReplicaPlacement::family)) {
        CAPTURE(info->name);
        const auto& row = *catalog.find<models::ReplicaPlacement>(info->name);
        CHECK(models::check_placement_contract(row, defaults(row, catalog), 11) == std::vector<std::string>{});
    }
}

TEST_CASE("a name twice in one family breaks an invariant") {
    Catalog catalog = builtin();
    const auto row = *catalog.find<models::Dispatcher>("random");
    CHECK_THROWS_AS(catalog.add(row), InvariantBroken);
}
