#include "fixture.hpp"
#include "sim/base/random.hpp"
#include "sim/workload/failure_log.hpp"
#include "sim/workload/trace/trace_reader.hpp"

using namespace orrery;
using namespace orrery::testing;

namespace {

/// A few bytes changed, dropped or doubled.
std::string damage(std::string text, RandomStream& random) {
    const std::string signs = "\"\\,\n[]{}:-.e09 \t\x01\xff'";
    for (std::uint64_t changes = 1 + random.below(4); changes > 0 && !text.empty(); --changes) {
        const std::size_t at = random.below(text.size());
        const std::uint64_t kind = random.below(3);
        if (kind == 0) text[at] = signs[random.below(signs.size())];
        if (kind == 1) text.erase(at, 1 + random.below(8));
        if (kind == 2) text.insert(at, text.substr(at, 1 + random.below(8)));
    }
    return text;
}

/// Reads `rounds` damaged copies of `text`; how many of them were still read to their end.
template <class Read>
int read_damaged(const Folder& folder, const std::string& name, const std::string& text, int rounds, Read read) {
    RandomStream random(11);
    int accepted = 0;
    for (int round = 0; round < rounds; ++round) {
        read(folder.write(name, damage(text, random)), accepted);
    }
    return accepted;
}

int replay_damaged(const std::string& name, const std::string& text, TraceSpec spec) {
    const Folder folder;
    return read_damaged(folder, name, text, 1500, [&](const std::filesystem::path& path, int& accepted) {
        spec.record.path = path;
        try {
            TraceReader reader = TraceReader::open(spec);
            Time last{};
            while (const auto item = reader.next()) {
                REQUIRE(item->at >= last);
                REQUIRE(item->size >= 0);
                REQUIRE(item->demand >= 0ns);
                last = item->at;
            }
            ++accepted;
        } catch (const DataError& error) {
            REQUIRE(contains(error.what(), name));
        } catch (const ParameterError&) {
        }
    });
}

}  // namespace

TEST_CASE("a damaged trace gives rows in order or an error that names it, in every format and order") {
    TraceSpec spec;
    spec.columns = {"time", "key", "1B * size", "1ms * tokens"};
    spec.time_format = TimeFormat::seconds;
    for (const TraceOrder order : {TraceOrder::strict, TraceOrder::sort_within, TraceOrder::spread_within}) {
        spec.order = order;
        spec.bucket = 10s;
        const int csv =
            replay_damaged("t.csv", "time,key,size,tokens\n1,a,10,2\n2.5,\"b \"\"c\"\"\",20,3\n4,7,30,1e1\n", spec);
        CHECK(csv > 0);
        CHECK(csv < 1500);
        const int json = replay_damaged("t.jsonl",
                                        "{\"time\": 1, \"key\": \"a\", \"size\": 1, \"tokens\": 2}\n{\"tokens\": 1, "
                                        "\"key\": 5, \"size\": 2, \"time\": 3.5}\n",
                                        spec);
        CHECK(json > 0);
        CHECK(json < 1500);
    }
    spec.columns = {"time", "client", "bytes", "1us * bytes"};
    spec.time_format = TimeFormat::automatic;
    spec.record.format = TraceFormat::access_log;
    const int log = replay_damaged(
        "t.log", "1.2.3.4 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 17 \"-\" \"x \\\" y\"\n", spec);
    CHECK(log > 0);
    CHECK(log < 1500);
}

TEST_CASE("a damaged failure log gives outages in order or an error") {
    const Folder folder;
    const std::string json =
        R"([{"node_id": "x", "event_time": 1.5, "event_type": "fault_start", "fault_type": {"Level": "L", "Class": "C", "Desc": "d"}},
            {"node_id": "x", "event_time": 2.5, "event_type": "fault_end", "fault_type": {"Level": "L", "Class": "C", "Desc": "d"}}])";
    const std::string csv =
        "System,nodenumz,Prob Started,Prob Fixed,Facilities,Hardware,Human Error,Network,Undetermined,Software\n"
        "2,3,6/21/2005 10:54,6/21/2005 11:00,,\"Disk, Drive\",,,,\n2,4,6/22/2005 1:00,6/22/2005 1:05,,,,,,OS\n";
    for (const auto& [format, text] :
         {std::pair{FailureFormat::infinitehbd, json}, std::pair{FailureFormat::lanl, csv}}) {
        FailureLogSpec spec;
        spec.format = format;
        const int accepted =
            read_damaged(folder, "log", text, 1500, [&](const std::filesystem::path& path, int& count) {
                spec.path = path;
                try {
                    Time last{};
                    for (const auto& outage : read_failure_log(spec).outages) {
                        REQUIRE(outage.from >= last);
                        REQUIRE(outage.to.value_or(time_max) >= outage.from);
                        last = outage.from;
                    }
                    ++count;
                } catch (const DataError& error) {
                    REQUIRE(contains(error.what(), "log"));
                }
            });
        CHECK(accepted > 0);
        CHECK(accepted < 1500);
    }
}
