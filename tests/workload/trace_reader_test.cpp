#include "sim/workload/trace/trace_reader.hpp"

#include <thread>

#include "fixture.hpp"

using namespace orrery;
using namespace orrery::testing;

namespace {

std::vector<TraceItem> read_all(TraceReader reader) {
    std::vector<TraceItem> items;
    while (const auto item = reader.next()) items.push_back(*item);
    return items;
}

std::vector<std::int64_t> times(const std::vector<TraceItem>& items) {
    std::vector<std::int64_t> found;
    for (const auto& item : items) found.push_back(item.at.time_since_epoch().count());
    return found;
}

/// A trace of times in seconds, one a line.
struct Inline {
    Folder folder;
    TraceSpec spec;

    explicit Inline(std::string_view content, const std::string& name = "t.csv") {
        spec.record.path = folder.write(name, content);
        spec.time_format = TimeFormat::seconds;
        spec.columns.time = "t";
    }
    std::vector<TraceItem> items() const { return read_all(TraceReader::open(spec)); }
    std::vector<std::int64_t> at() const { return times(items()); }
    std::string error() const {
        return error_of([&] { items(); });
    }
};

using Times = std::vector<std::int64_t>;
constexpr std::int64_t second = 1'000'000'000;

}  // namespace

TEST_CASE("rows become items: time since the first row, key, size and demand from expressions") {
    Inline trace("t,client,bytes,tokens\n1684.5,alice,100,3\n1684.500000001,42,0,1\n1690,alice,7,0\n");
    trace.spec.columns.key = "client";
    trace.spec.columns.size = "bytes + 24B * tokens";
    CHECK(contains(trace.error(), "cannot add a plain number and bytes"));
    trace.spec.columns.size = "bytes * 1B + 24B * tokens";
    trace.spec.columns.demand = "20ms * tokens + 0.4ns";
    const auto items = trace.items();
    REQUIRE(items.size() == 3);
    CHECK(times(items) == Times{0, 1, 5'500'000'000});
    CHECK(items[0].key == items[2].key);
    CHECK(items[1].key == 42);
    CHECK(items[0].key != 42);
    CHECK(items[0].size == 172);
    CHECK(items[0].demand == 60ms);
    CHECK(items[2].demand == 0ns);
    CHECK(items[0].line == 2);
    CHECK(items[2].line == 4);
}

TEST_CASE("a file without a last line end, with blank lines and comments gives the same rows") {
    Inline trace("# a comment\nt\n\n1\n  \n# more\n2");
    trace.spec.record.comment = "#";
    CHECK(trace.at() == Times{0, second});
}

TEST_CASE("columns can be named by the scenario where the file names none") {
    Inline trace("5;x\t1\n6;x\t2\n", "t.tsv");
    trace.spec.record.names = {"what", "t"};
    trace.spec.columns.key = "what";
    CHECK(trace.at() == Times{0, second});
}

TEST_CASE("csv fields may be quoted, with separators and doubled quotes inside") {
    Inline trace("t, \"the, name\" ,x\n1,\"a \"\"b\"\", c\",3\n2, \"a \"\"b\"\", c\" ,4\n3,plain,5\n");
    trace.spec.columns.key = "`the, name`";
    trace.spec.columns.size = "if(`the, name` == 'a \"b\", c', x, 0)";
    const auto items = trace.items();
    REQUIRE(items.size() == 3);
    CHECK(items[0].key == items[1].key);
    CHECK(items[0].key != items[2].key);
    CHECK(items[0].size == 3);
    CHECK(items[2].size == 0);
}

TEST_CASE("a bad row is an error with line and column, after the rows before it, and stays one") {
    Inline trace("t,n\n1,5\n2,many\n3,6\n");
    trace.spec.columns.size = "n";
    TraceReader reader = TraceReader::open(trace.spec);
    CHECK(reader.next()->size == 5);
    for (int i = 0; i < 2; ++i)
        CHECK(contains(error_of([&] { reader.next(); }), "t.csv:3:3: found \"many\", expected a number"));
}

TEST_CASE("rows that cannot be used are errors") {
    CHECK(contains(Inline("t,n\n1\n").error(), "t.csv:2: found 1 field, expected 2"));
    CHECK(contains(Inline("t,n\n1,2,3,4\n").error(), "t.csv:2: found 4 fields, expected 2"));
    CHECK(contains(Inline("t,n\n1,\"2\n").error(), "t.csv:2:3: a quoted field does not end on its line"));
    CHECK(contains(Inline("t,n\n1,\"2\"x\n").error(), "t.csv:2:6: found text behind the closing quote"));
    CHECK(contains(Inline("t\nnoon\n").error(), "t.csv:2:1: found \"noon\" for the time, expected seconds"));
    CHECK(contains(Inline("x,y\n1,2\n").error(), "time: the trace has no column \"t\"; it has x, y"));
    CHECK(contains(Inline("").error(), "the file is empty"));
    CHECK(contains(Inline("t\n").error(), "no row to replay"));
    Inline bare("t\n1684\n");
    bare.spec.time_format = TimeFormat::automatic;
    CHECK(contains(bare.error(), "a bare number needs its unit: set time_format"));
    Inline negative("t,n\n1,3\n");
    negative.spec.columns.demand = "1ms * (n - 5)";
    CHECK(contains(negative.error(), "t.csv:2: the demand comes out as -2000000"));
    Inline infinite("t,n\n1,0\n");
    infinite.spec.columns.demand = "1ms / n";
    CHECK(contains(infinite.error(), "the demand comes out as inf"));
    CHECK(contains(Inline("t\n1\n", "t.txt").error(), "does not tell the format"));
    Inline far("t\n0\n4000000000\n");
    far.spec.rate_scale_millionths = 100'000;
    CHECK(contains(far.error(), "more than 292 years"));
}

TEST_CASE("an expression over an unknown column names its place in the expression") {
    Inline trace("t,n\n1,2\n");
    trace.spec.columns.demand = "1ms * tokens";
    CHECK(contains(trace.error(),
                   "columns: demand: column 7 of \"1ms * tokens\": the trace has no column \"tokens\"; it has t, n"));
}

TEST_CASE("json lines reach into objects and lists, and read times exactly") {
    Inline trace(
        "{\"t\": 1700158623.123456789, \"user\": {\"name\": \"ann\", \"age\": 3}, \"ids\": [7, 8, [9]], \"hot\": "
        "true}\n"
        "{\"ids\": [1, 2, [3, 4]], \"user\": {\"age\": 5, \"name\": \"b\\u00e9\"}, \"t\": 1700158623.123456790, "
        "\"hot\": false, \"other\": {\"t\": 5}}\n",
        "t.jsonl");
    trace.spec.columns.key = "ids[1]";
    trace.spec.columns.size = "user.age + hot * 10 + ids[2][0] * 100";
    const auto items = trace.items();
    REQUIRE(items.size() == 2);
    CHECK(times(items) == Times{0, 1});
    CHECK(items[0].key == 8);
    CHECK(items[1].key == 2);
    CHECK(items[0].size == 913);
    CHECK(items[1].size == 305);
}

TEST_CASE("json lines that are none are errors") {
    CHECK(contains(Inline("{\"t\": 1}\n{\"t\": 2\n", "t.jsonl").error(),
                   "t.jsonl:2: not a JSON object: unexpected byte"));
    CHECK(contains(Inline("[1]\n", "t.jsonl").error(), "not a JSON object"));
    CHECK(contains(Inline("5\n", "t.jsonl").error(), "not a JSON object"));
    CHECK(contains(Inline("{\"t\": null}\n", "t.jsonl").error(), "t.jsonl:1: the record has no value for \"t\""));
    CHECK(contains(Inline("{\"t\": 1} {\"t\": 2}\n", "t.jsonl").error(), "unexpected byte"));
    CHECK(contains(Inline("{\"t\": " + std::string(100'000, '[') + "}\n", "t.jsonl").error(),
                   "nested more than 64 deep"));
}

TEST_CASE("access logs give client, method, path, status and bytes") {
    Inline trace(
        "10.0.0.1 - bob [17/May/2015:10:05:03 +0000] \"GET /a b HTTP/1.1\" 200 512 \"http://x/\" \"agent "
        "\\\"quoted\\\"\"\n"
        "10.0.0.2 - - [17/May/2015:10:05:04 +0000] \"-\" 408 -\n",
        "access.log");
    trace.spec.record.format = TraceFormat::access_log;
    trace.spec.time_format = TimeFormat::automatic;
    trace.spec.columns.time = "time";
    trace.spec.columns.key = "client";
    trace.spec.columns.size =
        "bytes + if(method == 'GET', 1, 2) + if(path == '/a b', 10, 20) + if(agent == '-', 100, 200) + if(status == "
        "408, 5000, 0)";
    const auto items = trace.items();
    REQUIRE(items.size() == 2);
    CHECK(times(items) == Times{0, second});
    CHECK(items[0].size == 512 + 1 + 10 + 200);
    CHECK(items[1].size == 0 + 2 + 20 + 100 + 5000);
    CHECK(items[0].key != items[1].key);
    Inline broken("10.0.0.1 - bob nowhen \"GET\"\n");
    broken.spec = trace.spec;
    broken.spec.record.path = broken.folder.write("b.log", "10.0.0.1 - bob nowhen \"GET\"\n");
    CHECK(contains(broken.error(), "b.log:1:16: found \"nowhen \"GET\"\", expected a time in brackets"));
}

TEST_CASE("time that goes back is an error unless the scenario says what to do") {
    Inline trace("t\n10\n12\n11.5\n20\n");
    CHECK(contains(trace.error(), "t.csv:4:1: the time goes back by 500ms from the row before; set time: sort_within"));
    trace.spec.order = TraceOrder::sort_within;
    trace.spec.bucket = 10s;
    CHECK(trace.at() == Times{0, 1'500'000'000, 2 * second, 10 * second});
    CHECK(trace.items()[1].line == 4);
    trace.spec.bucket = 100ms;
    CHECK(contains(trace.error(), "t.csv:4:1: the time goes back to before the bucket of 100ms of the row before"));
}

TEST_CASE("rows are spread evenly over their bucket in file order") {
    Inline trace("t\n25\n21\n21\n28\n30\n59.9\n");
    trace.spec.order = TraceOrder::spread_within;
    trace.spec.bucket = 10s;
    // Four rows in [20, 30): 1.25, 3.75, 6.25, 8.75 s after its begin, which is time 0; one in [30, 40), one in [50,
    // 60).
    CHECK(trace.at() == Times{1'250'000'000, 3'750'000'000, 6'250'000'000, 8'750'000'000, 15 * second, 35 * second});
    CHECK(trace.items()[0].line == 2);
}

TEST_CASE("buckets before the zero of the stamps are as wide as those after it") {
    Inline trace("t\n-11\n-9\n-0.5\n0\n");
    trace.spec.order = TraceOrder::spread_within;
    trace.spec.bucket = 10s;
    CHECK(trace.at() == Times{5 * second, 12'500'000'000, 17'500'000'000, 25 * second});
}

TEST_CASE("a trace can be cut by rows and by time, and made denser") {
    Inline trace("t\n0\n10\n20\n30\n40\n50\n");
    trace.spec.skip_rows = 1;
    CHECK(trace.at() == Times{0, 10 * second, 20 * second, 30 * second, 40 * second});
    trace.spec.rows = 4;
    CHECK(trace.at() == Times{0, 10 * second, 20 * second, 30 * second});
    trace.spec.from = 10s;
    CHECK(trace.at() == Times{0, 10 * second, 20 * second});
    trace.spec.span = 20s;
    CHECK(trace.at() == Times{0, 10 * second});
    trace.spec.rate_scale_millionths = 3'000'000;
    CHECK(trace.at() == Times{0, 3'333'333'333});
    trace.spec.from = 100s;
    CHECK(contains(trace.error(), "no row to replay: the file gave 4 rows (skip_rows is 1)"));
}

TEST_CASE("rows beyond the end of the window are not read") {
    Inline trace("t\n0\n10\n20\nbroken\n");
    trace.spec.span = 15s;
    CHECK(trace.at() == Times{0, 10 * second});
}

TEST_CASE("a copy of a reader goes on by itself from where it was taken") {
    std::string content = "t,n\n";
    for (int i = 0; i < 10'000; ++i) content += std::to_string(i) + "," + std::to_string(i % 7) + "\n";
    Inline trace(content);
    trace.spec.columns.size = "n";
    const auto whole = trace.items();
    REQUIRE(whole.size() == 10'000);
    TraceReader reader = TraceReader::open(trace.spec);
    std::vector<std::pair<std::size_t, TraceReader>> copies;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        if (i % 700 == 0 || i == 1024) copies.emplace_back(i, reader);
        CHECK(reader.next() == whole[i]);
    }
    CHECK(!reader.next());
    for (const auto& [from, copy] : copies)
        CHECK(read_all(copy) == std::vector<TraceItem>(whole.begin() + static_cast<std::ptrdiff_t>(from), whole.end()));
}

TEST_CASE("copies of a reader may be read on different threads") {
    std::string content = "t\n";
    for (int i = 0; i < 50'000; ++i) content += std::to_string(i) + "\n";
    const Inline trace(content);
    const TraceReader reader = TraceReader::open(trace.spec);
    std::vector<std::vector<TraceItem>> found(4);
    std::vector<std::thread> threads;
    for (auto& items : found) threads.emplace_back([&items, reader] { items = read_all(reader); });
    for (auto& thread : threads) thread.join();
    for (const auto& items : found) {
        CHECK(items.size() == 50'000);
        CHECK(items == found[0]);
    }
}

TEST_CASE("a reader left at the front of a long trace can be dropped") {
    std::string content = "t\n";
    for (int i = 0; i < 1'000'000; ++i) content += "1\n";
    const Inline trace(content);
    std::optional<TraceReader> first = TraceReader::open(trace.spec);
    first->next();
    TraceReader ahead = *first;
    while (ahead.next()) {
    }
    first.reset();
    CHECK(!ahead.next());
}

TEST_CASE("a section of a scenario becomes a spec") {
    const Folder folder;
    const auto path = folder.write("rows.log", "x\n");
    const auto spec_of = [&](std::initializer_list<std::pair<std::string, std::string>> given) {
        Settings settings = section(trace_table(), given);
        settings.add("columns", {"", section(*trace_table().children.at(0).table,
                                             {{"time", "TIMESTAMP"}, {"demand", "20ms * n"}})});
        return trace_spec(settings, {.beside = folder.path(), .data = std::nullopt});
    };
    const TraceSpec spec = spec_of({{"file", "rows.log"},
                                    {"format", "access_log"},
                                    {"time", "spread_within 1h"},
                                    {"rate_scale", "0.5"},
                                    {"rows", "10"},
                                    {"span", "2h"}});
    CHECK(spec.record.path == path);
    CHECK(spec.record.format == TraceFormat::access_log);
    CHECK(spec.order == TraceOrder::spread_within);
    CHECK(spec.bucket == 1h);
    CHECK(spec.rate_scale_millionths == 500'000);
    CHECK(spec.rows == 10);
    CHECK(spec.span == 2h);
    CHECK(spec.columns.time == "TIMESTAMP");
    CHECK(spec.columns.demand == "20ms * n");
    CHECK(!spec.columns.key);
    for (const char* time :
         {"sorted", "sort_within", "sort_within 5", "sort_within 0s", "spread_within 1h 2h", "sort_within -1s"})
        CHECK_MESSAGE(contains(error_of([&] { spec_of({{"file", "rows.log"}, {"time", time}}); }), "time: "), time);
}

TEST_CASE(
    "a data file is looked for beside the scenario, then in the data folder, and a missing one names its source") {
    const Folder scenario, data;
    scenario.write("both.csv", "scenario");
    data.write("both.csv", "data");
    std::filesystem::create_directories(data.path() / "03_x");
    data.write("03_x/only.csv", "");
    const DataPlaces places{.beside = scenario.path(), .data = data.path()};
    CHECK(find_data({"both.csv", "", ""}, places) == scenario.path() / "both.csv");
    CHECK(find_data({"03_x/only.csv", "", ""}, places) == data.path() / "03_x/only.csv");
    CHECK(find_data({(data.path() / "both.csv").string(), "", ""}, places) == data.path() / "both.csv");
    const DataFile file{"trace.csv.zst", "github.com/somebody/traces", "CC-BY-4.0"};
    const std::string error = error_of([&] { find_data(file, places); });
    for (const char* part :
         {"file: \"trace.csv.zst\" is not there", "Source: github.com/somebody/traces", "Licence: CC-BY-4.0"})
        CHECK(contains(error, part));
    CHECK(contains(error, data.path().string()));
    CHECK(contains(error_of([&] { find_data(file, {.beside = scenario.path(), .data = std::nullopt}); }),
                   "give --data DIR or ORRERY_DATA"));
    CHECK(contains(error_of([&] { find_data({"03_x", "", ""}, places); }), "Source: not stated"));
}
