// Real traces, held against the figures that their documentation gives.
#include <algorithm>
#include <cmath>
#include <map>

#include "fixture.hpp"
#include "sim/workload/trace/trace_reader.hpp"

using namespace orrery;
using namespace orrery::testing;

namespace {

struct Sums {
    std::uint64_t rows = 0;
    Time last{};
    double demand = 0;
    double size = 0;
    std::map<std::uint64_t, std::uint64_t> keys;
};

Sums read_sums(const TraceSpec& spec) {
    TraceReader reader = TraceReader::open(spec);
    Sums sums;
    while (const auto item = reader.next()) {
        CHECK(item->at >= sums.last);
        ++sums.rows;
        sums.last = item->at;
        sums.demand += static_cast<double>(item->demand.count());
        sums.size += static_cast<double>(item->size);
        ++sums.keys[item->key];
    }
    return sums;
}

std::vector<std::uint64_t> top(const Sums& sums, std::size_t count) {
    std::vector<std::uint64_t> counts;
    for (const auto& [key, times] : sums.keys) counts.push_back(times);
    std::sort(counts.rbegin(), counts.rend());
    counts.resize(std::min(counts.size(), count));
    return counts;
}

}  // namespace

TEST_CASE("the Azure LLM trace has its published rows, stamps and mean tokens") {
    const auto data = real_data();
    if (!data) return;
    TraceSpec spec;
    spec.record.path = *data / "03_azure_llm_2023/AzureLLMInferenceTrace_code.csv.zst";
    spec.columns.time = "TIMESTAMP";
    spec.columns.size = "ContextTokens";
    spec.columns.demand = "1ms * GeneratedTokens";
    const Sums sums = read_sums(spec);
    CHECK(sums.rows == 8819);
    // From 18:17:03.9799600 to 19:14:19.9280160.
    CHECK(sums.last.time_since_epoch() == 57min + 15s + 948'056us);
    // Published as 2048 and 27.9: whole, and to a tenth.
    CHECK(std::abs(sums.size / 8819 - 2048) <= 0.5);
    CHECK(std::abs(sums.demand / 8819 / 1e6 - 27.9) <= 0.05);
    spec.rate_scale_millionths = 2'000'000;
    CHECK(read_sums(spec).last.time_since_epoch() == (57min + 15s + 948'056us) / 2);
}

TEST_CASE("the Apache log has its published clients, and runs backwards within the hour") {
    const auto data = real_data();
    if (!data) return;
    TraceSpec spec;
    spec.record.path = *data / "07_weblog_apache/apache_logs.zst";
    spec.record.format = TraceFormat::access_log;
    spec.columns.time = "time";
    spec.columns.key = "client";
    spec.columns.size = "bytes";
    CHECK(contains(error_of([&] { read_sums(spec); }), "the time goes back by"));
    for (const TraceOrder order : {TraceOrder::spread_within, TraceOrder::sort_within}) {
        spec.order = order;
        spec.bucket = 1h;
        const Sums sums = read_sums(spec);
        CHECK(sums.rows == 5000);
        CHECK(top(sums, 3) == std::vector<std::uint64_t>{279, 273, 208});
    }
}

TEST_CASE("the Mooncake trace has its published requests") {
    const auto data = real_data();
    if (!data) return;
    TraceSpec spec;
    spec.record.path = *data / "04_mooncake_kv/conversation_trace.jsonl.zst";
    spec.time_format = TimeFormat::milliseconds;
    spec.columns.time = "timestamp";
    spec.columns.key = "hash_ids[0]";
    spec.columns.demand = "1us * input_length + 10ms * output_length";
    const Sums sums = read_sums(spec);
    CHECK(sums.rows == 5719);
    CHECK(sums.last < Time(1'800'000ms));
    // Block 0 is in every request.
    CHECK(sums.keys.size() == 1);
}

TEST_CASE("the CloudPhysics trace has its published keys") {
    const auto data = real_data();
    if (!data) return;
    TraceSpec spec;
    spec.record.path = *data / "11_cloudphysics_io/cloudPhysicsIO.csv.zst";
    spec.time_format = TimeFormat::seconds;
    spec.columns.time = "time";
    spec.columns.key = "lbn";
    spec.columns.size = "size";
    const Sums sums = read_sums(spec);
    CHECK(sums.rows == 56936);
    CHECK(sums.keys.size() == 35446);
    CHECK(top(sums, 1) == std::vector<std::uint64_t>{870});
    CHECK(sums.last.time_since_epoch() == std::chrono::seconds(5637737 - 5633898));
}
