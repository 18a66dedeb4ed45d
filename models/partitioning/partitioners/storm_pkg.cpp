/// storm_pkg: partial key grouping: each key has two candidates, and a record goes to the one that this producer has
/// sent fewer records to.
///
/// Nasir, De Francisci Morales, Garcia-Soriano, Kourtellis, Serafini, "The power of both choices" (ICDE 2015), as in
/// Storm; counts are one producer's own (the paper's local load estimation). A reader of a key asks both candidates.
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/storm_choices.hpp"

namespace orrery::models {

namespace {

enum class Variant : std::uint8_t { murmur_13_17, seeded_random };

class StormPkg final : public Partitioner {
public:
    explicit StormPkg(Variant variant) : variant_(variant) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<StormPkg>(*this); }
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        sent_.assign(partitions, 0);
    }
    void resize(std::uint32_t partitions) override {
        require_partitions(partitions);
        sent_.resize(partitions, 0);
    }
    std::uint32_t partitions() const override { return static_cast<std::uint32_t>(sent_.size()); }

    PartitionId pick(const Record& record, RandomStream&) override {
        const auto [first, second] = choices(require_key(record));
        const std::uint32_t picked = sent_[first] > sent_[second] ? second : first;
        ++sent_[picked];
        return PartitionId(std::size_t{picked});
    }
    void reach(const Record& record, std::vector<PartitionId>& out) const override {
        const auto [first, second] = choices(require_key(record));
        out.assign(1, PartitionId(std::size_t{first < second ? first : second}));
        if (first != second) out.emplace_back(std::size_t{first < second ? second : first});
    }
    std::size_t memory_bytes() const override { return sizeof(*this) + sent_.capacity() * sizeof(std::uint64_t); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = PartitionerPromise::DependsOn::history;
        promise.partitions_per_key = 2;
        promise.max_over_mean = 1;
        return promise;
    }

private:
    std::array<std::uint32_t, 2> choices(Key key) const {
        switch (variant_) {
            case Variant::murmur_13_17:
                return storm_choices_murmur(key, partitions());
            case Variant::seeded_random:
                return storm_choices_random(key, partitions());
        }
        throw PartitionError("unknown variant");
    }

    Variant variant_;
    std::vector<std::uint64_t> sent_;
};

}  // namespace

Row<Partitioner> storm_pkg_row() {
    return {"storm_pkg",
            "partial key grouping: the less used of a key's two candidates",
            "Nasir et al., The power of both choices (ICDE 2015); Storm partialKeyGrouping",
            {{{"variant",
               Kind::choice,
               "seeded_random",
               0,
               0,
               "how candidates are found: Storm 0.10 to 1.x (murmur_13_17), or 2.0 and later (seeded_random)",
               {"murmur_13_17", "seeded_random"}}}},
            [](const Settings& settings) {
                return std::make_unique<StormPkg>(settings.text("variant") == "murmur_13_17" ? Variant::murmur_13_17
                                                                                             : Variant::seeded_random);
            }};
}

}  // namespace orrery::models
