/// Records: the lines of a trace cut into the cells that somebody asked for.
///
///     csv         RFC 4180 with one line a record: a field may be quoted, "" inside is one quote; blanks around a bare
///                 field are cut off. The first line names the columns unless the spec does
///     tsv         separated by tabs, nothing quoted
///     json_lines  one object a line. Columns reach inside: user.name, hash_ids[0]. true and false are 1 and 0; a
///                 column that is null or absent is an error
///     access_log  combined log format of Apache and nginx, or common (then referer and agent are "-"). Columns:
///     client,
///                 identity, user, time, request, method, path, protocol, status, bytes ("-" is 0), referer, agent.
///                 method and protocol are "-" where the request line has no three parts, its whole is then the path
///
/// Blank lines are skipped, and lines that begin with the spec's comment sign.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/workload/error.hpp"
#include "sim/workload/trace/expression.hpp"
#include "sim/workload/trace/text_source.hpp"

namespace orrery {

enum class TraceFormat : std::uint8_t { automatic, csv, tsv, json_lines, access_log };

/// As scenario files write it; the order of `TraceFormat`.
inline constexpr std::string_view trace_format_names[] = {"auto", "csv", "tsv", "json_lines", "access_log"};

struct RecordSpec {
    std::filesystem::path path;
    TraceFormat format = TraceFormat::automatic;  ///< automatic: by the name without .gz or .zst
    Compression compression = Compression::automatic;
    std::vector<std::string> names;  ///< csv, tsv: the columns of a file whose first line names none
    std::string comment;             ///< what a comment line begins with; empty: there are none
};

class RecordReader {
public:
    virtual ~RecordReader() = default;

    /// Fills `cells`, in slot order of the columns asked for; views are valid until the next call. False after the
    /// last record. Throws `DataError`.
    virtual bool next(std::span<std::string_view> cells) = 0;

    /// Of the record read last, from 1.
    std::uint64_t line() const { return lines_.line(); }

    /// `message` with path and line of the record read last, and with the column of `cell` where that is a part of the
    /// line (an unescaped copy is not).
    DataError error(const std::string& message, std::string_view cell) const;
    DataError error(const std::string& message) const;

protected:
    explicit RecordReader(const RecordSpec& spec) : lines_(spec.path, spec.compression), comment_(spec.comment) {}

    /// The next line that is neither blank nor a comment; `line_` until the call after.
    bool advance();

    LineReader lines_;
    std::string comment_;
    std::string_view line_;
};

/// Opens the file and finds the columns. Throws `ParameterError` ("columns", "format") for a column that is not there
/// (the message lists those that are) and for a format that the name does not tell; `DataError` for the file.
std::unique_ptr<RecordReader> open_records(const RecordSpec& spec, const std::vector<ColumnSet::Use>& columns);

}  // namespace orrery
