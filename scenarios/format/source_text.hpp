/// The characters of a scenario file before YAML sees them, and where each byte stands.
///
/// yaml-cpp reads over much that is a mistake (a character 0x04 ends its input, a directive is skipped, a
/// tab passes as indentation); what can be told from the characters alone is told here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/errors.hpp"

namespace orrery {

/// Bytes of the well-formed UTF-8 character at `i`, or 0 if there is none (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view text, std::size_t i);

class SourceText {
public:
    /// Takes the text of a file; a byte-order mark is dropped and CR LF becomes LF. Linear.
    explicit SourceText(const std::string& text);

    const std::string& text() const { return text_; }
    /// The byte at `offset`, or '\n' at and after the end.
    char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\n'; }
    /// Line and column of a byte; O(log lines). Offsets beyond the end are the end.
    Position position(std::size_t offset) const;
    /// Beginning of the line that holds `offset`.
    std::size_t line_start(std::size_t offset) const;

    /// Reports too large a text, too many lines, a thousand unmatched brackets, bytes that are not UTF-8, control
    /// characters, lone carriage returns, tabs that indent, directives. False if there is anything: YAML need not be
    /// tried.
    bool check(Errors& errors) const;

    /// Where the quoted text that begins at `offset` (a quote) ends: after its closing quote; npos without one.
    std::size_t quote_end(std::size_t offset) const;
    /// The first quote at or after `offset` that begins a quoted text without an end; npos if there is none.
    std::size_t unterminated_quote(std::size_t offset) const;

private:
    bool check_characters(Errors& errors) const;
    bool check_lines(Errors& errors) const;
    bool check_brackets(Errors& errors) const;

    std::string text_;
    std::vector<std::size_t> lines_;         ///< offset of each line's first byte
    std::vector<std::uint32_t> characters_;  ///< characters before byte 64 * i
};

}  // namespace orrery
