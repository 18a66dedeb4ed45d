#include "sim/workload/trace/record.hpp"

#include "sim/base/check.hpp"
#include "sim/base/parameter.hpp"
#include "sim/workload/trace/record_readers.hpp"

namespace orrery {

namespace {

TraceFormat format_by_name(const std::filesystem::path& path) {
    std::filesystem::path name = path.filename();
    if (name.extension() == ".gz" || name.extension() == ".zst") name = name.stem();
    const std::string extension = name.extension().string();
    if (extension == ".csv") return TraceFormat::csv;
    if (extension == ".tsv") return TraceFormat::tsv;
    if (extension == ".jsonl" || extension == ".ndjson") return TraceFormat::json_lines;
    throw ParameterError(
        "format",
        "the name \"" + path.filename().string() +
            "\" does not tell the format (.csv, .tsv, .jsonl and .ndjson do): set csv, tsv, json_lines or access_log");
}

}  // namespace

bool RecordReader::advance() {
    while (const auto line = lines_.next()) {
        if (line->find_first_not_of(" \t") == std::string_view::npos) continue;
        if (!comment_.empty() && line->starts_with(comment_)) continue;
        line_ = *line;
        return true;
    }
    return false;
}

DataError RecordReader::error(const std::string& message) const {
    return DataError(lines_.path().string() + ":" + std::to_string(lines_.line()) + ": " + message);
}

DataError RecordReader::error(const std::string& message, std::string_view cell) const {
    const std::less_equal<> before;  // a total order on pointers, whatever they point into
    const bool inside = before(line_.data(), cell.data()) && before(cell.data(), line_.data() + line_.size());
    if (!inside) return error(message);
    return DataError(lines_.path().string() + ":" + std::to_string(lines_.line()) + ":" +
                     std::to_string(cell.data() - line_.data() + 1) + ": " + message);
}

std::unique_ptr<RecordReader> open_records(const RecordSpec& spec, const std::vector<ColumnSet::Use>& columns) {
    switch (spec.format == TraceFormat::automatic ? format_by_name(spec.path) : spec.format) {
        case TraceFormat::csv:
            return delimited_records(spec, columns, ',');
        case TraceFormat::tsv:
            return delimited_records(spec, columns, '\t');
        case TraceFormat::json_lines:
            return json_records(spec, columns);
        case TraceFormat::access_log:
            return access_log_records(spec, columns);
        case TraceFormat::automatic:
            break;
    }
    ORRERY_CHECK(false, "a trace has no format");
}

}  // namespace orrery
