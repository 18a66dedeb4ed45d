#include "models/partitioning/contract/script.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <map>
#include <memory>
#include <set>

#include "models/partitioning/contract/ranges.hpp"

namespace orrery::models {

namespace {

class ScriptRun {
public:
    ScriptRun(const Row<Partitioner>& row, const Settings& settings, const Script& script)
        : row_(row), settings_(settings), script_(script) {
        start();
        start();
        promise_ = first().promise();
    }

    void run(std::size_t& at) {
        check_count(script_.partitions);
        for (at = 0; at < script_.steps.size(); ++at) one_step(script_.steps[at]);
    }

private:
    Partitioner& first() { return *instances_.front().partitioner; }

    void start() {
        instances_.push_back({row_.make(settings_), stream_of(stream_key(script_.seed, "policy", 0))});
        instances_.back().partitioner->reset(script_.partitions);
    }

    void check_count(std::uint32_t partitions) {
        for (const ScriptInstance& instance : instances_)
            expect_promise(instance.partitioner->partitions() == partitions,
                           "has another number of partitions than was set");
        expect_promise(first().memory_bytes() > 0, "takes no memory at all");
        forget();
    }
    /// Where keys were, once that may change.
    void forget() { places_.clear(); }

    void one_step(const ScriptStep& step) {
        using Kind = ScriptStep::Kind;
        switch (step.kind) {
            case Kind::pick:
                pick(step);
                break;
            case Kind::clone:
                if (instances_.size() < 4) instances_.push_back({first().clone(), instances_.front().random});
                break;
            case Kind::stray:
                stray(step);
                break;
            case Kind::resize:
                resize(step);
                break;
            case Kind::reset:
                for (ScriptInstance& instance : instances_) {
                    instance.partitioner->reset(script_.partitions);
                    instance.random = stream_of(stream_key(script_.seed, "policy", 0));
                }
                start();  // a reset one is as good as a new one
                if (instances_.size() > 4) instances_.erase(instances_.begin() + 1);
                check_count(script_.partitions);
                break;
            case Kind::observe:
                observe(step);
                break;
            case Kind::split:
                if (ranges_.split_and_merge(step)) forget();
                break;
            case Kind::merge:
                if (ranges_.merge(step)) forget();
                break;
            case Kind::maintain:
                now_ += Duration(static_cast<std::int64_t>(step.a % 10'000'000'000));
                if (ranges_.maintain(now_)) forget();
                break;
            case Kind::bad_call:
                bad_call(step);
                break;
        }
    }

    Record record_of(const ScriptStep& step, const std::optional<std::string>& key) {
        now_ += Duration(static_cast<std::int64_t>(step.b % 1'000'000'000));
        static constexpr std::array<const char*, 4> fields{"", "de", "us", "zz"};
        Record record;
        if (key) record.key = *key;
        record.field = fields[step.b % fields.size()];
        record.time = now_;
        record.size = static_cast<std::int64_t>((step.b >> 8) % 20'000);
        record.access = (step.b >> 40) % 4 == 0 ? Record::Access::read : Record::Access::write;
        return record;
    }

    /// One record for all: some are asked by pick, some by pick_all, which say the same if a record goes to one
    /// partition.
    void pick(const ScriptStep& step) {
        // The megabyte takes its time: a sixteenth of its turns, another key in the others.
        const bool long_one = step.a % script_keys == 2 && (step.b >> 44) % 16 != 0;
        const auto key = script_key(step.a + (long_one ? 1 : 0));
        const Record record = record_of(step, key);
        if (!key && promise_.keys == PartitionerPromise::Keys::required) {
            refuse_keyless(record);
            return;
        }
        std::vector<PartitionId> answer;
        for (std::size_t i = 0; i < instances_.size(); ++i) {
            std::vector<PartitionId> out;
            ScriptInstance& instance = instances_[i];
            if (promise_.fan_out == PartitionerPromise::FanOut::one && (step.b >> (50 + i)) % 2 == 0) {
                out.push_back(instance.partitioner->pick(record, instance.random));
            } else {
                instance.partitioner->pick_all(record, instance.random, out);
            }
            if (i == 0) answer = out;
            expect_promise(out == answer && instance.random == instances_.front().random,
                           "the same calls to a twin, a clone or a reset partitioner give other answers or draws");
        }
        judge(record, answer);
    }

    void refuse_keyless(const Record& record) {
        // Only the first is asked: if that changed it, its twins would tell later.
        try {
            first().pick(record, instances_.front().random);
        } catch (const PartitionError&) {
            return;
        }
        expect_promise(false, "takes a record without a key although it says that it needs one");
    }

    void judge(const Record& record, const std::vector<PartitionId>& answer) {
        using Promise = PartitionerPromise;
        expect_promise(!answer.empty(), "picks no partition");
        for (const PartitionId id : answer) {
            expect_promise(id.index() < first().partitions(), "picks a partition that does not exist");
            expect_promise(ranges_.is_open(id), "picks a partition that was split or merged");
        }
        expect_promise(std::set<PartitionId>(answer.begin(), answer.end()).size() == answer.size(),
                       "picks a partition twice for one record");
        const bool write = record.access == Record::Access::write;
        expect_promise(answer.size() == 1 || (write && promise_.fan_out != Promise::FanOut::one),
                       "picks several partitions for one record although it says one");
        expect_promise(!write || promise_.fan_out != Promise::FanOut::every || answer.size() == first().partitions(),
                       "does not pick every partition although it says so");
        check_reach(record, answer);
        if (promise_.depends_on == Promise::DependsOn::record && record.key)
            expect_promise(first().of(record) == answer.front(), "`of` says something else than `pick`");
        if (!record.key) return;
        std::set<PartitionId>& places = places_[std::string(*record.key)];
        places.insert(answer.begin(), answer.end());
        expect_promise(!promise_.partitions_per_key || places.size() <= *promise_.partitions_per_key,
                       "records of one key are in more partitions than it says");
    }

    void check_reach(const Record& record, const std::vector<PartitionId>& answer) {
        std::vector<PartitionId> reach;
        first().reach(record, reach);
        expect_promise(
            std::is_sorted(reach.begin(), reach.end()) && std::adjacent_find(reach.begin(), reach.end()) == reach.end(),
            "`reach` is not in rising order, each once");
        for (const PartitionId id : reach)
            expect_promise(id.index() < first().partitions(), "`reach` names a partition that does not exist");
        for (const PartitionId id : answer)
            expect_promise(std::binary_search(reach.begin(), reach.end(), id), "`reach` does not hold what was picked");
    }

    void stray(const ScriptStep& step) {
        const auto stray = first().clone();
        RandomStream random(step.b);
        std::vector<PartitionId> out;
        for (std::uint64_t i = 0; i < 30; ++i) {
            const std::string key = "stray-" + std::to_string((step.a + i) % 7);
            Record record;
            record.key = key;
            record.size = 5000;
            stray->pick_all(record, random, out);
        }
    }

    void resize(const ScriptStep& step) {
        static constexpr std::array<std::uint32_t, 6> sizes{1, 2, 5, 16, 17, 40};
        const std::uint32_t wanted = sizes[step.a % sizes.size()];
        const std::uint32_t before = first().partitions();
        std::size_t refusals = 0;
        for (const ScriptInstance& instance : instances_) {
            try {
                instance.partitioner->resize(wanted);
            } catch (const PartitionError&) {
                ++refusals;
            }
        }
        expect_promise(refusals == 0 || refusals == instances_.size(), "one refuses a size that its twin takes");
        if (refusals == 0) {
            check_count(wanted);
        } else {
            expect_promise(first().partitions() == before, "a refused size changes it");
        }
    }

    void observe(const ScriptStep& step) {
        std::vector<PartitionLoad> loads(first().partitions());
        RandomStream draw(step.a);
        for (PartitionLoad& load : loads) {
            load.queued = static_cast<std::int32_t>(draw.below(20));
            const std::uint64_t state = draw.below(8);
            if (state == 0 || step.b % 11 == 0) load.state = PartitionLoad::State::down;
            if (state == 1) load.state = PartitionLoad::State::backed_up;
        }
        for (const ScriptInstance& instance : instances_) instance.partitioner->observe(loads);
    }

    // What must be refused ----------------------------------------------------------------------

    template <class Call>
    void must_refuse(const char* promise, Call call) {
        const std::uint32_t before = first().partitions();
        try {
            call();
        } catch (const PartitionError&) {
            expect_promise(first().partitions() == before, "a refused call changes the number of partitions");
            return;
        }
        expect_promise(false, promise);
    }

    /// Only the first is asked: a refused call must not change it, which its twins would tell later.
    void bad_call(const ScriptStep& step) {
        const std::string key = "any";
        switch (step.a % 5) {
            case 0:
                must_refuse("takes a reset to no partitions", [&] { first().reset(0); });
                break;
            case 1:
                must_refuse("takes a resize to no partitions", [&] { first().resize(0); });
                break;
            case 2:
                must_refuse("takes more partitions than there may be", [&] { first().resize(partitions_max + 1); });
                break;
            case 3:
                if (promise_.depends_on != PartitionerPromise::DependsOn::record)
                    must_refuse("`of` answers although it depends on more", [&] { first().of_key(key); });
                break;
            case 4:
                if (first().resharding() == nullptr) break;
                must_refuse("splits a partition that does not exist", [&] {
                    first().resharding()->split(PartitionId(std::size_t{partitions_max}), std::nullopt);
                });
                must_refuse("merges a partition with itself", [&] {
                    first().resharding()->merge(ranges_.open_ids().front(), ranges_.open_ids().front());
                });
                break;
        }
    }

    const Row<Partitioner>& row_;
    const Settings& settings_;
    const Script& script_;
    ScriptInstances instances_;  ///< the first is the one that is judged
    ScriptRanges ranges_{instances_};
    PartitionerPromise promise_;
    std::map<std::string, std::set<PartitionId>> places_;  ///< of each key, since the last change
    Time now_{};
};

}  // namespace

std::optional<BrokenPromise> run_script(const Row<Partitioner>& row, const Settings& settings, const Script& script,
                                        bool& refused) {
    refused = false;
    std::size_t at = 0;
    std::optional<ScriptRun> run;
    try {
        run.emplace(row, settings, script);
    } catch (const PartitionError&) {
        refused = true;
        return std::nullopt;
    } catch (const std::exception& failure) {
        return BrokenPromise{std::string("throws ") + failure.what(), 0};
    }
    try {
        run->run(at);
    } catch (const PromiseSeenBroken& broken) {
        return BrokenPromise{broken.promise, at};
    } catch (const std::exception& failure) {
        return BrokenPromise{std::string("throws ") + failure.what(), at};
    }
    return std::nullopt;
}

}  // namespace orrery::models
