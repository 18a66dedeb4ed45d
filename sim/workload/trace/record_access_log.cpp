#include <array>

#include "sim/workload/trace/record_readers.hpp"

namespace orrery {

namespace {

enum Column : std::size_t {
    client,
    identity,
    user,
    time,
    request,
    method,
    path,
    protocol,
    status,
    bytes,
    referer,
    agent,
    columns_end
};

constexpr std::array<std::string_view, columns_end> column_names = {"client",  "identity", "user",    "time",
                                                                    "request", "method",   "path",    "protocol",
                                                                    "status",  "bytes",    "referer", "agent"};

class AccessLogRecords final : public RecordReader {
public:
    AccessLogRecords(const RecordSpec& spec, const std::vector<ColumnSet::Use>& columns)
        : RecordReader(spec), places_(find_columns(columns, {column_names.begin(), column_names.end()})) {}

    bool next(std::span<std::string_view> cells) override {
        if (!advance()) return false;
        split();
        for (std::size_t slot = 0; slot < places_.size(); ++slot) cells[slot] = parts_[places_[slot]];
        return true;
    }

private:
    void split() {
        rest_ = line_;
        for (const Column column : {client, identity, user}) parts_[column] = word();
        parts_[time] = between('[', ']', "a time in brackets");
        parts_[request] = quoted("a quoted request line");
        split_request();
        parts_[status] = word();
        parts_[bytes] = word();
        if (parts_[bytes] == "-") parts_[bytes] = "0";
        parts_[referer] = parts_[agent] = "-";
        if (rest_.empty()) return;
        parts_[referer] = quoted("a quoted referer");
        parts_[agent] = quoted("a quoted user agent");
    }

    void split_request() {
        const std::string_view whole = parts_[request];
        const std::size_t first = whole.find(' ');
        const std::size_t last = whole.rfind(' ');
        parts_[method] = parts_[protocol] = "-";
        parts_[path] = whole;
        if (first == last) return;  // none, or two parts only
        parts_[method] = whole.substr(0, first);
        parts_[path] = whole.substr(first + 1, last - first - 1);
        parts_[protocol] = whole.substr(last + 1);
    }

    void skip_blanks() {
        while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
    }

    std::string_view word() {
        const std::string_view found = rest_.substr(0, rest_.find(' '));
        if (found.empty()) throw error("the line ends early: not combined or common log format", rest_);
        rest_.remove_prefix(found.size());
        skip_blanks();
        return found;
    }

    std::string_view between(char open, char close, const std::string& what) {
        const std::size_t end = rest_.find(close, 1);
        if (rest_.empty() || rest_.front() != open || end == std::string_view::npos)
            throw error("found \"" + std::string(rest_.substr(0, 30)) + "\", expected " + what, rest_);
        const std::string_view inside = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        skip_blanks();
        return inside;
    }

    /// Between quotes, where \" is no end; the text keeps its backslashes.
    std::string_view quoted(const std::string& what) {
        std::size_t end = 1;
        while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
        if (rest_.empty() || rest_.front() != '"' || end >= rest_.size())
            throw error("found \"" + std::string(rest_.substr(0, 30)) + "\", expected " + what, rest_);
        const std::string_view inside = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        skip_blanks();
        return inside;
    }

    std::vector<std::size_t> places_;
    std::array<std::string_view, columns_end> parts_;
    std::string_view rest_;
};

}  // namespace

std::unique_ptr<RecordReader> access_log_records(const RecordSpec& spec, const std::vector<ColumnSet::Use>& columns) {
    return std::make_unique<AccessLogRecords>(spec, columns);
}

}  // namespace orrery
