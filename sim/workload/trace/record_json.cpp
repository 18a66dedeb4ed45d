#include <nlohmann/json.hpp>

#include <optional>

#include "sim/workload/trace/record_readers.hpp"

namespace orrery {

namespace {

/// Deeper than any record; stops a line of brackets.
constexpr std::size_t depth_most = 64;

/// Keeps the scalars at the wanted paths while the parser walks through one line; nothing else is stored.
class Collector : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit Collector(const std::vector<ColumnSet::Use>& columns) {
        for (const auto& use : columns) wanted_.push_back(use.name);
        found_.resize(wanted_.size());
    }

    void begin() {
        levels_.clear();
        path_.clear();
        message_.clear();
        for (auto& cell : found_) cell.reset();
    }
    const std::optional<std::string>& found(std::size_t slot) const { return found_[slot]; }
    const std::string& wanted(std::size_t slot) const { return wanted_[slot]; }
    const std::string& message() const { return message_; }

    bool null() override { return step(); }
    bool boolean(bool value) override { return scalar(value ? "1" : "0"); }
    bool number_integer(number_integer_t value) override { return searched() ? scalar(std::to_string(value)) : step(); }
    bool number_unsigned(number_unsigned_t value) override {
        return searched() ? scalar(std::to_string(value)) : step();
    }
    // The text as it stands, so that times are read exactly.
    bool number_float(number_float_t, const string_t& text) override { return scalar(text); }
    bool string(string_t& value) override { return scalar(value); }
    bool binary(binary_t&) override { return step(); }
    bool start_object(std::size_t) override { return open(Level::object); }
    bool start_array(std::size_t) override { return open(Level::array); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        path_.resize(levels_.back().length);
        if (!path_.empty()) path_ += '.';
        path_ += name;
        return true;
    }

    bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception&) override {
        message_ = "not a JSON object: unexpected byte at column " + std::to_string(at);
        return false;
    }

private:
    struct Level {
        enum Shape : std::uint8_t { object, array } shape;
        std::size_t length;                                 ///< of the path to it
        enum Searched : std::uint8_t { no, yes } searched;  ///< whether a wanted path leads into it
        std::size_t index = 0;                              ///< of the next item of an array
    };

    /// The path of the value that begins now.
    void place() {
        if (levels_.empty() || levels_.back().shape == Level::object) return;
        path_.resize(levels_.back().length);
        path_ += '[';
        path_ += std::to_string(levels_.back().index);
        path_ += ']';
    }
    bool step() {
        if (!levels_.empty()) ++levels_.back().index;
        return outside();
    }
    bool outside() {
        if (levels_.empty()) message_ = "not a JSON object: each line must be one {...}";
        return !levels_.empty();
    }
    /// Many lines have long lists that nobody asks for: they cost a count an item.
    bool searched() const { return !levels_.empty() && levels_.back().searched == Level::yes; }

    bool scalar(std::string_view text) {
        if (!searched()) return step();
        place();
        for (std::size_t slot = 0; slot < wanted_.size(); ++slot)
            if (wanted_[slot] == path_) found_[slot] = text;
        return step();
    }
    bool open(Level::Shape shape) {
        if (levels_.empty() && shape != Level::object) return outside();
        if (levels_.size() == depth_most) {
            message_ = "nested more than 64 deep";
            return false;
        }
        bool inside = levels_.empty();
        if (searched()) {
            place();
            for (const auto& name : wanted_) inside = inside || (name.size() > path_.size() && name.starts_with(path_));
        }
        levels_.push_back({shape, path_.size(), inside ? Level::yes : Level::no});
        return true;
    }
    bool close() {
        levels_.pop_back();
        if (!levels_.empty()) ++levels_.back().index;
        return true;
    }

    std::vector<std::string> wanted_;
    std::vector<std::optional<std::string>> found_;
    std::vector<Level> levels_;
    std::string path_;
    std::string message_;
};

class JsonRecords final : public RecordReader {
public:
    JsonRecords(const RecordSpec& spec, const std::vector<ColumnSet::Use>& columns)
        : RecordReader(spec), collector_(columns), columns_(columns.size()) {}

    bool next(std::span<std::string_view> cells) override {
        if (!advance()) return false;
        collector_.begin();
        if (!nlohmann::json::sax_parse(line_.begin(), line_.end(), &collector_)) throw error(collector_.message());
        for (std::size_t slot = 0; slot < columns_; ++slot) {
            const auto& found = collector_.found(slot);
            if (!found) throw error("the record has no value for \"" + collector_.wanted(slot) + "\"");
            cells[slot] = *found;
        }
        return true;
    }

private:
    Collector collector_;
    std::size_t columns_;
};

}  // namespace

std::unique_ptr<RecordReader> json_records(const RecordSpec& spec, const std::vector<ColumnSet::Use>& columns) {
    return std::make_unique<JsonRecords>(spec, columns);
}

}  // namespace orrery
