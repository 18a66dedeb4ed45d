#include <algorithm>
#include <optional>

#include "sim/base/parameter.hpp"
#include "sim/workload/trace/record_readers.hpp"

namespace orrery {

std::vector<std::size_t> find_columns(const std::vector<ColumnSet::Use>& columns,
                                      const std::vector<std::string>& names) {
    std::vector<std::size_t> places;
    for (const auto& use : columns) {
        const auto found = std::find(names.begin(), names.end(), use.name);
        if (found == names.end()) {
            std::string known;
            for (const auto& name : names) known += (known.empty() ? "" : ", ") + name;
            throw ParameterError("columns",
                                 use.where + ": the trace has no column \"" + use.name + "\"; it has " + known);
        }
        places.push_back(static_cast<std::size_t>(found - names.begin()));
    }
    return places;
}

namespace {

/// Far more than any table has; a header beyond it is no header.
constexpr std::size_t columns_most = 100'000;

class DelimitedRecords final : public RecordReader {
public:
    DelimitedRecords(const RecordSpec& spec, const std::vector<ColumnSet::Use>& columns, char separator)
        : RecordReader(spec), separator_(separator) {
        std::vector<std::string> names = spec.names;
        if (names.empty()) names = header();
        slots_.resize(names.size());
        const auto places = find_columns(columns, names);
        for (std::size_t slot = 0; slot < places.size(); ++slot) slots_[places[slot]] = slot;
    }

    bool next(std::span<std::string_view> cells) override {
        if (!advance()) return false;
        begin();
        for (std::size_t column = 0; column < slots_.size(); ++column) {
            if (done_) throw error("found " + counted(column) + ", expected " + std::to_string(slots_.size()));
            const std::string_view cell = field();
            if (const auto slot = slots_[column]) cells[*slot] = cell;
        }
        if (!done_) {
            std::size_t found = slots_.size();
            while (!done_) field(), ++found;
            throw error("found " + counted(found) + ", expected " + std::to_string(slots_.size()));
        }
        return true;
    }

private:
    static std::string counted(std::size_t count) {
        return std::to_string(count) + (count == 1 ? " field" : " fields");
    }

    std::vector<std::string> header() {
        if (!advance()) throw error("the file is empty, expected a first line that names the columns");
        begin();
        std::vector<std::string> names;
        while (!done_) {
            names.emplace_back(field());
            if (names.size() > columns_most) throw error("more than 100000 columns");
        }
        return names;
    }

    void begin() {
        at_ = 0;
        done_ = false;
        unescaped_used_ = 0;
    }

    /// The field at `at_`; goes behind its separator, or is `done_`.
    std::string_view field() {
        if (separator_ == ',') {
            while (at_ < line_.size() && line_[at_] == ' ') ++at_;
            if (at_ < line_.size() && line_[at_] == '"') return quoted();
        }
        const std::size_t from = at_;
        while (at_ < line_.size() && line_[at_] != separator_) ++at_;
        std::string_view cell = line_.substr(from, at_ - from);
        finish();
        if (separator_ == ',')
            while (!cell.empty() && cell.back() == ' ') cell.remove_suffix(1);
        return cell;
    }

    std::string_view quoted() {
        const std::size_t from = ++at_;
        bool doubled = false;
        while (true) {
            at_ = line_.find('"', at_);
            if (at_ == std::string_view::npos)
                throw error("a quoted field does not end on its line", line_.substr(from - 1));
            if (at_ + 1 >= line_.size() || line_[at_ + 1] != '"') break;
            doubled = true;
            at_ += 2;
        }
        const std::string_view inside = line_.substr(from, at_ - from);
        ++at_;
        while (at_ < line_.size() && line_[at_] == ' ') ++at_;
        if (at_ < line_.size() && line_[at_] != separator_)
            throw error("found text behind the closing quote of a field, expected a separator", line_.substr(at_));
        finish();
        return doubled ? unescape(inside) : inside;
    }

    void finish() {
        if (at_ >= line_.size())
            done_ = true;
        else
            ++at_;
    }

    /// A copy with "" as one quote. Copies of one record live in strings of their own, so that views stay valid.
    std::string_view unescape(std::string_view inside) {
        if (unescaped_used_ == unescaped_.size()) unescaped_.push_back(std::make_unique<std::string>());
        std::string& copy = *unescaped_[unescaped_used_++];
        copy.clear();
        for (std::size_t i = 0; i < inside.size(); ++i) {
            copy.push_back(inside[i]);
            if (inside[i] == '"') ++i;
        }
        return copy;
    }

    char separator_;
    std::vector<std::optional<std::size_t>> slots_;  ///< for each column of the file, who wants it
    std::size_t at_ = 0;
    bool done_ = false;
    std::vector<std::unique_ptr<std::string>> unescaped_;
    std::size_t unescaped_used_ = 0;
};

}  // namespace

std::unique_ptr<RecordReader> delimited_records(const RecordSpec& spec, const std::vector<ColumnSet::Use>& columns,
                                                char separator) {
    return std::make_unique<DelimitedRecords>(spec, columns, separator);
}

}  // namespace orrery
