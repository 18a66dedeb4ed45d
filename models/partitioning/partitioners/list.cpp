/// list: a partition holds the records whose field has one of the listed values (a country, a tenant).
///
/// What is in no list goes to one more, last partition, or is refused. Without lists each new value opens the next
/// partition, and begins again at the first when all are used: then the answer depends on the order in which values
/// came, and `of` does not know a value that `pick` has not seen.
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/value_lists.hpp"

namespace orrery::models {

namespace {

enum class By : std::uint8_t { field, key };
enum class Others : std::uint8_t { last, refuse };

class List final : public Partitioner {
public:
    List(By by, Others others, std::optional<std::vector<std::string>> lists) : by_(by), others_(others) {
        if (!lists) return;
        given_ = static_cast<std::uint32_t>(lists->size());
        lists_ = ValueLists("values", *lists);
    }
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<List>(*this); }

    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        if (given_ && partitions != needed())
            throw PartitionError(std::to_string(partitions) + " partitions; the lists need " +
                                 std::to_string(needed()));
        partitions_ = partitions;
        if (!given_) lists_ = {};
    }
    std::uint32_t partitions() const override { return partitions_; }

    PartitionId of(const Record& record) const override {
        if (!given_) return Partitioner::of(record);
        if (const auto found = lists_.find(value_of(record))) return PartitionId(*found);
        return other(value_of(record));
    }
    PartitionId pick(const Record& record, RandomStream&) override {
        if (given_) return of(record);
        const std::string_view value = value_of(record);
        if (const auto found = lists_.find(value)) return PartitionId(*found);
        const std::uint32_t next = lists_.values() % partitions_;
        lists_.add(value, next);
        return PartitionId(next);
    }
    void reach(const Record& record, std::vector<PartitionId>& out) const override {
        if (given_) {
            out.assign(1, of(record));
        } else {
            out.assign(1, PartitionId(lists_.find(value_of(record)).value_or(lists_.values() % partitions_)));
        }
    }

    std::size_t memory_bytes() const override { return sizeof(*this) + lists_.memory_bytes(); }
    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = given_ ? PartitionerPromise::DependsOn::record : PartitionerPromise::DependsOn::history;
        promise.keys = by_ == By::key ? PartitionerPromise::Keys::required : PartitionerPromise::Keys::ignored;
        if (by_ == By::field) promise.partitions_per_key.reset();
        return promise;
    }

private:
    std::uint32_t needed() const { return *given_ + (others_ == Others::last ? 1 : 0); }
    std::string_view value_of(const Record& record) const {
        return by_ == By::key ? require_key(record) : record.field;
    }
    PartitionId other(std::string_view value) const {
        if (others_ == Others::refuse) throw PartitionError("'" + std::string(value) + "' is in no list");
        return PartitionId(partitions_ - 1);
    }

    By by_;
    Others others_;
    std::optional<std::uint32_t> given_;  ///< number of lists
    ValueLists lists_;
    std::uint32_t partitions_ = 1;
};

}  // namespace

Row<Partitioner> list_row() {
    return {"list",
            "by the value of a field, as lists say",
            "classic; Oracle, PostgreSQL and MySQL PARTITION BY LIST",
            {{{"values", Kind::list, "", 0, 0,
               "one list a partition, values separated by |: [de|at|ch, us]; absent: each new value takes the next"},
              {"by", Kind::choice, "field", 0, 0, "what is looked up", {"field", "key"}},
              {"others",
               Kind::choice,
               "last",
               0,
               0,
               "what is in no list goes to one more, last partition, or is an error",
               {"last", "refuse"}}}},
            [](const Settings& settings) {
                std::optional<std::vector<std::string>> lists;
                if (settings.has("values")) lists = settings.list("values");
                return std::make_unique<List>(settings.text("by") == "field" ? By::field : By::key,
                                              settings.text("others") == "last" ? Others::last : Others::refuse,
                                              std::move(lists));
            }};
}

}  // namespace orrery::models
