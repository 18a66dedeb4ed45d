#include "scenarios/systems/partitioning.hpp"

#include <algorithm>
#include <bit>

#include "models/hashing/catalog.hpp"
#include "models/partitioning/catalog.hpp"
#include "scenarios/format/loader.hpp"

namespace orrery {

namespace {

using models::KeySpace;
using models::Partitioner;
using models::Ring;

/// A store looks keys up again and again, and nobody gives a place back: what an owner is must not depend on that.
std::unique_ptr<Ring> checked(std::unique_ptr<Ring> ring) {
    if (ring && ring->promise().depends_on == models::RingPromise::DependsOn::load)
        throw ParameterError("policy", "this scheme places one request after the other by load; it places no data");
    return ring;
}

class ByRing final : public Partitioning {
public:
    ByRing(Row<Ring> row, Settings settings) : row_(std::move(row)), settings_(std::move(settings)) {
        static_cast<void>(checked(row_.make(settings_)));
        if (const std::int64_t slices = settings_.integer("slices");
            !std::has_single_bit(static_cast<std::uint64_t>(slices)))
            throw ParameterError("slices", "it is " + std::to_string(slices) + "; it must be a power of two");
    }
    std::shared_ptr<const KeySpace> keys(const Catalog&, Errors&) const override {
        return std::make_shared<KeySpace>(KeySpace::slices(static_cast<std::uint32_t>(settings_.integer("slices"))));
    }
    std::unique_ptr<Ring> ring(const Catalog&, Errors&) const override { return row_.make(settings_); }
    std::uint32_t candidates() const override { return static_cast<std::uint32_t>(settings_.integer("candidates")); }

private:
    Row<Ring> row_;
    Settings settings_;
};

class ByPartitioner final : public Partitioning {
public:
    ByPartitioner(Row<Partitioner> row, Settings settings) : row_(std::move(row)), settings_(std::move(settings)) {}

    std::shared_ptr<const KeySpace> keys(const Catalog&, Errors& errors) const override {
        try {
            std::unique_ptr<Partitioner> partitioner = row_.make(settings_);
            partitioner->reset(static_cast<std::uint32_t>(settings_.integer("partitions")));
            return std::make_shared<KeySpace>(KeySpace::partitions(std::move(partitioner)));
        } catch (const ParameterError& error) {
            errors.add(settings_.where(error.parameter()), "'" + error.parameter() + "': " + error.message());
        } catch (const models::PartitionError& error) {
            errors.add(settings_.where("partitions"), std::string("'partitioning': ") + error.what());
        }
        return nullptr;
    }
    std::unique_ptr<Ring> ring(const Catalog& catalog, Errors& errors) const override {
        const Choice& placement = *settings_.child("placement");
        try {
            return checked(build<Ring>(placement, catalog, errors));
        } catch (const ParameterError& error) {
            errors.add(settings_.where("placement"), "'placement': " + error.message());
            return nullptr;
        }
    }
    std::uint32_t candidates() const override { return static_cast<std::uint32_t>(settings_.integer("candidates")); }

private:
    Row<Partitioner> row_;
    Settings settings_;
};

/// Adds a parameter unless the row has one of that name, which then counts.
void add(Table& table, Parameter parameter) {
    const auto same = [&](const Parameter& other) { return other.name == parameter.name; };
    if (std::none_of(table.parameters.begin(), table.parameters.end(), same))
        table.parameters.push_back(std::move(parameter));
}

Parameter candidates_parameter() {
    return {"candidates",
            Kind::count,
            "3",
            1,
            models::replicas_max,
            "of a service: workers that may serve a key, of which its dispatcher picks one"};
}

}  // namespace

Row<Partitioning> partitioning_row(const Row<Ring>& row) {
    Table table = row.table;
    add(table, candidates_parameter());
    add(table, {"slices", Kind::count, "64", 1, 65536,
                "of a store: parts of the key space that move one by one; a power of two"});
    return {row.name, row.summary, row.source, std::move(table),
            [row](const Settings& settings) { return std::make_unique<ByRing>(row, settings); }};
}

Row<Partitioning> partitioning_row(const Row<Partitioner>& row) {
    Table table = row.table;
    add(table, candidates_parameter());
    add(table, {"partitions", Kind::count, "256", 1, 1 << 20, "each has replicas of its own and moves as a whole"});
    Child placement;
    placement.name = "placement";
    placement.shape = Child::Shape::policy;
    placement.doc = "which nodes have a partition";
    placement.family = "ring";
    placement.fallback = "rendezvous";
    table.children.push_back(std::move(placement));
    return {row.name, row.summary, row.source, std::move(table),
            [row](const Settings& settings) { return std::make_unique<ByPartitioner>(row, settings); }};
}

std::vector<Row<Partitioning>> partitionings() {
    std::vector<Row<Partitioning>> rows;
    for (const Row<Ring>& row : models::rings()) rows.push_back(partitioning_row(row));
    for (const Row<Partitioner>& row : models::partitioners()) rows.push_back(partitioning_row(row));
    return rows;
}

}  // namespace orrery
