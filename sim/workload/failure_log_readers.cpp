#include "sim/workload/failure_log_readers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/base/parameter.hpp"
#include "sim/workload/error.hpp"
#include "sim/workload/trace/record.hpp"
#include "sim/workload/trace/timestamp.hpp"

namespace orrery {

namespace {

constexpr std::size_t log_most = std::size_t{256} << 20;

/// One event of the InfiniteHBD trace.
struct FaultEvent {
    std::string node;
    Duration at{};
    std::string cause;
    enum class Type : std::uint8_t { start, end } type = Type::start;
};

class FaultEvents {
public:
    explicit FaultEvents(const FailureLogSpec& spec) : path_(spec.path) {
        const std::string text = read_whole(spec.path, spec.compression, log_most);
        try {
            document_ = nlohmann::json::parse(text);
        } catch (const nlohmann::json::parse_error& error) {
            throw DataError(path_.string() + ": not JSON: unexpected byte at offset " + std::to_string(error.byte));
        }
        if (!document_.is_array()) throw DataError(path_.string() + ": expected a JSON list of events");
    }
    std::size_t size() const { return document_.size(); }

    FaultEvent event(std::size_t index) const {
        const auto& record = document_[index];
        FaultEvent event{.node = text(record, "node_id", index), .cause = cause(record)};
        const std::string type = text(record, "event_type", index);
        if (type != "fault_start" && type != "fault_end")
            fail(index, "found event_type \"" + type + "\", expected fault_start or fault_end");
        event.type = type == "fault_start" ? FaultEvent::Type::start : FaultEvent::Type::end;
        const auto time = record.find("event_time");
        // dump() gives the shortest decimal of the number, which is the one in the file: days with a few decimals.
        const auto at = time != record.end() && time->is_number() ? parse_decimal(time->dump(), 24h) : std::nullopt;
        if (!at || *at < Duration(0)) fail(index, "expected an event_time, a number of days from 0");
        event.at = *at;
        return event;
    }

private:
    [[noreturn]] void fail(std::size_t index, const std::string& what) const {
        throw DataError(path_.string() + ": event " + std::to_string(index) + " (from 0): " + what);
    }
    std::string text(const nlohmann::json& record, const char* name, std::size_t index) const {
        if (!record.is_object()) fail(index, "expected an object");
        const auto found = record.find(name);
        if (found == record.end() || !found->is_string()) fail(index, std::string("expected a text ") + name);
        return found->get<std::string>();
    }
    static std::string cause(const nlohmann::json& record) {
        const auto type = record.find("fault_type");
        if (type == record.end() || !type->is_object()) return "unknown";
        const auto part = [&](const char* name) {
            const auto found = type->find(name);
            return found != type->end() && found->is_string() ? found->get<std::string>() : std::string("unknown");
        };
        return part("Level") + ": " + part("Class") + ": " + part("Desc");
    }

    std::filesystem::path path_;
    nlohmann::json document_;
};

}  // namespace

RecordedOutages read_infinitehbd(const FailureLogSpec& spec) {
    const FaultEvents events(spec);
    RecordedOutages log{.outages = {}, .events = events.size()};
    std::map<std::string, std::uint32_t> nodes;
    std::map<std::pair<std::uint32_t, std::string>, std::deque<std::size_t>> open;  // the oldest in front
    for (std::size_t i = 0; i < events.size(); ++i) {
        FaultEvent event = events.event(i);
        const std::uint32_t node = nodes.emplace(event.node, static_cast<std::uint32_t>(nodes.size())).first->second;
        auto& faults = open[{node, event.cause}];
        if (event.type == FaultEvent::Type::start) {
            faults.push_back(log.outages.size());
            log.outages.push_back({.node = node, .from = event.at, .cause = std::move(event.cause)});
        } else if (faults.empty()) {
            log.outages.push_back({.node = node, .to = event.at, .cause = std::move(event.cause)});
        } else {
            RecordedOutage& fault = log.outages[faults.front()];
            if (event.at < *fault.from)
                throw DataError(spec.path.string() + ": event " + std::to_string(i) +
                                " (from 0): the fault ends before it starts");
            fault.to = event.at;
            faults.pop_front();
        }
    }
    return log;
}

RecordedOutages read_lanl(const FailureLogSpec& spec) {
    static constexpr std::array<const char*, 6> causes = {"Facilities", "Hardware",     "Human Error",
                                                          "Network",    "Undetermined", "Software"};
    enum Cell : std::size_t { system, node, started, fixed, first_cause };
    std::vector<ColumnSet::Use> columns = {
        {"System", "lanl"}, {"nodenumz", "lanl"}, {"Prob Started", "lanl"}, {"Prob Fixed", "lanl"}};
    for (const char* cause : causes) columns.push_back({cause, "lanl"});
    std::vector<std::string_view> cells(columns.size());
    std::unique_ptr<RecordReader> records;
    try {
        records = open_records({.path = spec.path,
                                .format = TraceFormat::csv,
                                .compression = spec.compression,
                                .names = {},
                                .comment = {}},
                               columns);
    } catch (const ParameterError& error) {
        throw DataError(spec.path.string() + ": " + error.message());
    }
    const auto whole = [&](Cell cell) {
        std::uint32_t value = 0;
        const std::string_view text = cells[cell];
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size())
            throw records->error("found \"" + std::string(text.substr(0, 40)) + "\", expected a whole number", text);
        return value;
    };
    const auto stamp = [&](Cell cell) {
        const auto at = parse_us_date(cells[cell]);
        if (!at)
            throw records->error(
                "found \"" + std::string(cells[cell].substr(0, 40)) + "\", expected a time like 6/21/2005 10:54",
                cells[cell]);
        return *at;
    };
    RecordedOutages log;
    std::optional<Duration> begin;
    while (records->next(cells)) {
        if (const std::uint32_t number = whole(system); spec.system && number != *spec.system) continue;
        RecordedOutage outage{.node = whole(node), .from = stamp(started), .cause = "unknown"};
        if (!cells[fixed].empty()) outage.to = stamp(fixed);
        if (outage.to && *outage.to < *outage.from) throw records->error("fixed before it started", cells[fixed]);
        for (std::size_t i = 0; i < causes.size(); ++i)
            if (const std::string_view text = cells[first_cause + i]; !text.empty())
                outage.cause = std::string(causes[i]) + ": " + std::string(text);
        begin = std::min(begin.value_or(*outage.from), *outage.from);
        ++log.events;
        log.outages.push_back(std::move(outage));
    }
    if (spec.system && log.events == 0)
        throw ParameterError("system", "found " + std::to_string(*spec.system) + ", the log has no record of it");
    log.begin = begin.value_or(Duration(0));
    return log;
}

}  // namespace orrery
