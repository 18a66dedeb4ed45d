#include <cmath>

#include "sim/base/units.hpp"
#include "sim/workload/trace/trace_reader.hpp"

namespace orrery {

namespace {

constexpr std::string_view compression_names[] = {"auto", "none", "gzip", "zstd"};  // the order of Compression

template <std::size_t n>
std::vector<std::string> choices(const std::string_view (&names)[n]) {
    return {std::begin(names), std::end(names)};
}

/// The place of a checked choice among its names is the enum's value.
template <class Enum, std::size_t n>
Enum chosen(const Settings& settings, std::string_view parameter, const std::string_view (&names)[n]) {
    const std::string& text = settings.text(parameter);
    for (std::size_t i = 0; i < n; ++i)
        if (names[i] == text) return static_cast<Enum>(i);
    throw ParameterError(std::string(parameter), "found \"" + text + "\"");
}

Table columns_table() {
    return {{{.name = "time", .kind = Kind::text, .fallback = {}, .doc = "the column with the time of arrival"},
             {.name = "key",
              .kind = Kind::text,
              .fallback = "",
              .doc = "a column (texts are hashed) or an expression; without it keys are drawn"},
             {.name = "size",
              .kind = Kind::text,
              .fallback = "",
              .doc = "an expression of columns, in bytes (min(bytes, 1MiB))"},
             {.name = "demand",
              .kind = Kind::text,
              .fallback = "",
              .doc = "an expression of columns, a duration (20ms * tokens)"}}};
}

/// "strict", "sort_within 1h", "spread_within 1h".
void read_order(const std::string& text, TraceSpec& spec) {
    if (text == "strict") return;
    const std::size_t blank = text.find(' ');
    const std::string word = text.substr(0, blank);
    if (word != "sort_within" && word != "spread_within")
        throw ParameterError(
            "time", "found \"" + text + "\", allowed are strict, sort_within 1h and spread_within 1h (any duration)");
    spec.order = word == "sort_within" ? TraceOrder::sort_within : TraceOrder::spread_within;
    const auto width = parse_duration(blank == std::string::npos ? std::string() : text.substr(blank + 1));
    if (!width) throw ParameterError("time", word + " needs a duration (" + word + " 1h): " + width.error);
    if (*width <= Duration(0) || *width > 36500 * 24h)
        throw ParameterError("time",
                             "found " + print_duration(*width) + ", a bucket is longer than zero and at most 36500d");
    spec.bucket = *width;
}

}  // namespace

Table trace_table() {
    Table table{data_file_parameters()};
    auto& rows = table.parameters;
    rows.push_back({.name = "format",
                    .kind = Kind::choice,
                    .fallback = "auto",
                    .doc = "auto goes by the name",
                    .choices = choices(trace_format_names)});
    rows.push_back({.name = "compression",
                    .kind = Kind::choice,
                    .fallback = "auto",
                    .doc = "auto looks at the first bytes",
                    .choices = choices(compression_names)});
    rows.push_back({.name = "names",
                    .kind = Kind::list,
                    .fallback = "",
                    .doc = "the columns of a csv or tsv file whose first line does not name them"});
    rows.push_back(
        {.name = "comment", .kind = Kind::text, .fallback = "", .doc = "lines that begin with this are skipped"});
    rows.push_back({.name = "time_format",
                    .kind = Kind::choice,
                    .fallback = "auto",
                    .doc = "auto reads dates; numbers need their unit",
                    .choices = choices(time_format_names)});
    rows.push_back(
        {.name = "time",
         .kind = Kind::text,
         .fallback = "strict",
         .doc = "rows out of order: strict (an error), sort_within 1h, or spread_within 1h (evenly, in file order)"});
    rows.push_back({.name = "rate_scale",
                    .kind = Kind::real,
                    .fallback = "1",
                    .least = 1e-6,
                    .most = 1e9,
                    .doc = "2 is twice as dense: all times are divided by it"});
    rows.push_back(
        {.name = "skip_rows", .kind = Kind::count, .fallback = "0", .doc = "rows in front that are left out"});
    rows.push_back({.name = "rows", .kind = Kind::count, .fallback = "", .least = 1, .doc = "how many rows are read"});
    rows.push_back({.name = "from",
                    .kind = Kind::duration,
                    .fallback = "0s",
                    .doc = "arrivals this long after the begin of the trace are the first, in the trace's own time"});
    rows.push_back({.name = "span",
                    .kind = Kind::duration,
                    .fallback = "",
                    .least = 1,
                    .doc = "how much of the trace is replayed, in its own time"});
    table.children.push_back({.name = "columns",
                              .shape = Child::Shape::section,
                              .doc = "what an arrival is made of",
                              .table = std::make_shared<const Table>(columns_table()),
                              .presence = Child::Presence::required});
    return table;
}

TraceSpec trace_spec(const Settings& settings, const DataPlaces& places) {
    TraceSpec spec;
    spec.record.format = chosen<TraceFormat>(settings, "format", trace_format_names);
    spec.record.compression = chosen<Compression>(settings, "compression", compression_names);
    if (settings.has("names")) spec.record.names = settings.list("names");
    if (settings.has("comment")) spec.record.comment = settings.text("comment");
    spec.time_format = chosen<TimeFormat>(settings, "time_format", time_format_names);
    read_order(settings.text("time"), spec);
    const double scale = std::floor(settings.real("rate_scale") * 1e6 + 0.5);
    spec.rate_scale_millionths = static_cast<std::int64_t>(scale);
    spec.skip_rows = static_cast<std::uint64_t>(settings.integer("skip_rows"));
    if (settings.has("rows")) spec.rows = static_cast<std::uint64_t>(settings.integer("rows"));
    spec.from = settings.duration("from");
    if (settings.has("span")) spec.span = settings.duration("span");
    const Settings& columns = settings.child("columns")->settings;
    const auto optional_text = [&](std::string_view name) {
        return columns.has(name) ? std::optional(columns.text(name)) : std::nullopt;
    };
    spec.columns = {columns.text("time"), optional_text("key"), optional_text("size"), optional_text("demand")};
    spec.record.path = find_data(data_file(settings), places);
    return spec;
}

}  // namespace orrery
