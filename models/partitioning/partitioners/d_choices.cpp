/// d_choices, w_choices: partial key grouping with more choices for the head of the stream.
///
/// Nasir, De Francisci Morales, Kourtellis, Serafini, "When two choices are not enough: balancing at scale in
/// distributed stream processing" (ICDE 2016). Keys of a share of at least theta (1/(5n) if not given) are the head,
/// found by SpaceSaving within a stated memory; a record of theirs goes to the least used of d candidates (d_choices:
/// the fewest that keep the imbalance below epsilon, by the paper's equation, found anew every so many records) or of
/// all partitions (w_choices, and d_choices where d would reach n); the tail has two candidates. Counts are one
/// producer's own.
#include <algorithm>

#include "models/partitioning/catalog.hpp"
#include "models/partitioning/hot_keys/choices_needed.hpp"
#include "models/partitioning/hot_keys/head.hpp"
#include "models/partitioning/hot_keys/key_choices.hpp"
#include "models/partitioning/hot_keys/least_sent.hpp"

namespace orrery::models {

namespace {

struct HeadSpec {
    enum class Choices : std::uint8_t { needed, all } choices = Choices::needed;
    std::optional<double> theta = {};
    std::optional<std::uint32_t> counters = {};
    double epsilon = 1e-4;
    std::uint64_t every = 1000;  ///< records between two reckonings of d
};

class HeadChoices final : public Partitioner {
public:
    explicit HeadChoices(const HeadSpec& spec) : spec_(spec), head_(1, 1) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<HeadChoices>(*this); }

    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        sent_.clear();
        begin(partitions);
    }
    void resize(std::uint32_t partitions) override {
        require_partitions(partitions);
        begin(partitions);
    }
    std::uint32_t partitions() const override { return sent_.partitions(); }

    PartitionId pick(const Record& record, RandomStream&) override {
        const Key key = require_key(record);
        const bool hot = head_.add(key);
        if (spec_.choices == HeadSpec::Choices::needed && head_.items() % spec_.every == 0)
            head_choices_ = choices_needed(head_.shares(), partitions(), spec_.epsilon);
        const std::uint32_t choices = hot ? head_choices_ : std::min(2u, partitions());
        most_choices_ = std::max(most_choices_, choices);
        const PartitionId picked = choices == partitions() ? sent_.least() : least_of(key, choices);
        sent_.add(picked);
        return picked;
    }
    void reach(const Record& record, std::vector<PartitionId>& out) const override {
        if (most_choices_ >= partitions()) {
            reach_all(out);
        } else {
            KeyChoices(require_key(record), partitions()).first(std::max(most_choices_, 2u), out);
        }
    }
    std::size_t memory_bytes() const override { return sizeof(*this) + head_.memory_bytes() + sent_.memory_bytes(); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = PartitionerPromise::DependsOn::history;
        promise.partitions_per_key.reset();
        promise.max_over_mean = 1;
        return promise;
    }

private:
    void begin(std::uint32_t partitions) {
        sent_.resize(partitions);
        const double theta = spec_.theta.value_or(1.0 / (5.0 * partitions));
        head_ = StreamHead(theta, spec_.counters.value_or(static_cast<std::uint32_t>(std::min(2 / theta, 0x1p20))));
        head_choices_ = spec_.choices == HeadSpec::Choices::all ? partitions : std::min(2u, partitions);
        most_choices_ = 0;
    }
    /// Ties go to the earlier candidate.
    PartitionId least_of(Key key, std::uint32_t count) const {
        const KeyChoices choices(key, partitions());
        PartitionId best = choices[0];
        for (std::uint32_t i = 1; i < count; ++i)
            if (sent_[choices[i]] < sent_[best]) best = choices[i];
        return best;
    }

    HeadSpec spec_;
    StreamHead head_;
    LeastSent sent_;
    std::uint32_t head_choices_ = 2;
    std::uint32_t most_choices_ = 0;  ///< of any record yet
};

std::vector<Parameter> head_parameters() {
    return {{"theta", Kind::ratio, "", 1e-6, 1, "share of the stream from which a key is hot; absent: 1/(5n)"},
            {"counters", Kind::count, "", 1, 1048576, "counters of SpaceSaving; absent: 2/theta"}};
}

HeadSpec head_spec(const Settings& settings) {
    HeadSpec spec;
    if (settings.has("theta")) spec.theta = settings.real("theta");
    if (settings.has("counters")) spec.counters = static_cast<std::uint32_t>(settings.integer("counters"));
    return spec;
}

}  // namespace

Row<Partitioner> d_choices_row() {
    Table table{head_parameters()};
    table.parameters.push_back({"epsilon", Kind::real, "1e-4", 0, 1, "imbalance allowed, as a share of the stream"});
    table.parameters.push_back({"every", Kind::count, "1000", 1, 1e9, "records between two reckonings of d"});
    return {"d_choices", "two candidates a key, as many as needed for hot keys",
            "Nasir et al., When two choices are not enough (ICDE 2016), D-Choices", std::move(table),
            [](const Settings& settings) {
                HeadSpec spec = head_spec(settings);
                spec.epsilon = settings.real("epsilon");
                spec.every = static_cast<std::uint64_t>(settings.integer("every"));
                return std::make_unique<HeadChoices>(spec);
            }};
}

Row<Partitioner> w_choices_row() {
    return {"w_choices",
            "two candidates a key, all partitions for hot keys",
            "Nasir et al., When two choices are not enough (ICDE 2016), W-Choices",
            {head_parameters()},
            [](const Settings& settings) {
                HeadSpec spec = head_spec(settings);
                spec.choices = HeadSpec::Choices::all;
                return std::make_unique<HeadChoices>(spec);
            }};
}

}  // namespace orrery::models
