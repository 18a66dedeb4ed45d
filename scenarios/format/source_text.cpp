#include "scenarios/format/source_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/format/document.hpp"

namespace orrery {

namespace {

constexpr std::size_t block = 64;

bool starts_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

std::string normalized(const std::string& text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = text.starts_with("\xef\xbb\xbf") ? 3 : 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 >= text.size() || text[i + 1] != '\n') out += text[i];
    return out;
}

}  // namespace

std::size_t utf8_length(std::string_view text, std::size_t i) {
    const auto byte = [&](std::size_t k) -> unsigned {
        return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u;
    };
    const auto follows = [&](std::size_t k, unsigned least, unsigned most) {
        return byte(k) >= least && byte(k) <= most;
    };
    const unsigned first = byte(i);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return follows(i + 1, 0x80, 0xbf) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const unsigned least = first == 0xe0 ? 0xa0 : 0x80;
        const unsigned most = first == 0xed ? 0x9f : 0xbf;
        return follows(i + 1, least, most) && follows(i + 2, 0x80, 0xbf) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const unsigned least = first == 0xf0 ? 0x90 : 0x80;
        const unsigned most = first == 0xf4 ? 0x8f : 0xbf;
        return follows(i + 1, least, most) && follows(i + 2, 0x80, 0xbf) && follows(i + 3, 0x80, 0xbf) ? 4 : 0;
    }
    return 0;
}

SourceText::SourceText(const std::string& text) : text_(normalized(text)) {
    lines_.push_back(0);
    std::uint32_t characters = 0;
    for (std::size_t i = 0; i < text_.size(); ++i) {
        if (i % block == 0) characters_.push_back(characters);
        if (starts_character(text_[i])) ++characters;
        if (text_[i] == '\n') lines_.push_back(i + 1);
    }
    characters_.push_back(characters);
}

std::size_t SourceText::line_start(std::size_t offset) const {
    return *std::prev(std::upper_bound(lines_.begin(), lines_.end(), std::min(offset, text_.size())));
}

Position SourceText::position(std::size_t offset) const {
    offset = std::min(offset, text_.size());
    const auto characters_before = [&](std::size_t end) {
        std::uint32_t count = characters_[end / block];
        for (std::size_t i = end / block * block; i < end; ++i) count += starts_character(text_[i]) ? 1 : 0;
        return count;
    };
    const auto line = std::prev(std::upper_bound(lines_.begin(), lines_.end(), offset));
    return {static_cast<std::uint32_t>(line - lines_.begin() + 1),
            characters_before(offset) - characters_before(*line) + 1};
}

bool SourceText::check(Errors& errors) const {
    if (text_.size() > document_bytes_max) {
        errors.add({},
                   fmt::format("the file has {} bytes; a scenario has at most {}", text_.size(), document_bytes_max));
        return false;
    }
    if (lines_.size() > document_lines_max) {
        errors.add(position(lines_[document_lines_max]),
                   fmt::format("too many lines; a scenario has at most {}", document_lines_max));
        return false;
    }
    const bool characters = check_characters(errors);
    return check_lines(errors) && characters && check_brackets(errors);
}

/// yaml-cpp keeps a kilobyte for each bracket that it reads ahead, and it reads all of them.
bool SourceText::check_brackets(Errors& errors) const {
    constexpr std::size_t open_max =
        1000;  // brackets in texts need not match, so this says nothing of a smaller number
    std::size_t open = 0;
    for (std::size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] == '[' || text_[i] == '{') ++open;
        if ((text_[i] == ']' || text_[i] == '}') && open > 0) --open;
        if (open <= open_max) continue;
        errors.add(position(i), fmt::format("nested too deeply; a scenario has at most {} levels", document_depth_max));
        return false;
    }
    return true;
}

bool SourceText::check_characters(Errors& errors) const {
    for (std::size_t i = 0; i < text_.size();) {
        const std::size_t length = utf8_length(text_, i);
        const auto byte = static_cast<unsigned char>(text_[i]);
        if (length == 0) {
            errors.add(position(i), fmt::format("byte 0x{:02x} is not UTF-8; a scenario is UTF-8 text", byte));
            return false;  // one is enough: the file is in another encoding, or no text at all
        }
        if (byte == '\r') {
            errors.add(position(i), "a carriage return without a line feed; lines end in LF or CR LF");
            return false;
        }
        if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f) {
            errors.add(position(i), fmt::format("control character 0x{:02x}; a scenario is plain text", byte));
            return false;
        }
        i += length;
    }
    return true;
}

bool SourceText::check_lines(Errors& errors) const {
    bool good = true;
    for (const std::size_t start : lines_) {
        if (at(start) == '%') {
            errors.add(position(start),
                       "a line that begins with '%' is a YAML directive; directives are not allowed here");
            good = false;
        }
        const std::size_t content = std::min(text_.find_first_not_of(" \t", start), text_.size());
        if (at(content) == '\n' || at(content) == '#') continue;
        if (const std::size_t tab = text_.find('\t', start); tab < content) {
            errors.add(position(tab), "a tab in the indentation; indent with spaces");
            good = false;
        }
    }
    return good;
}

std::size_t SourceText::quote_end(std::size_t offset) const {
    const char quote = at(offset);
    for (std::size_t i = offset + 1; i < text_.size(); ++i) {
        if (quote == '"' && text_[i] == '\\') {
            ++i;
        } else if (text_[i] == quote) {
            if (quote == '"' || at(i + 1) != '\'') return i + 1;
            ++i;
        }
    }
    return std::string::npos;
}

std::size_t SourceText::unterminated_quote(std::size_t offset) const {
    constexpr std::string_view before_value = " \t\n[{,:-?";
    for (std::size_t i = offset; i < text_.size(); ++i) {
        const bool may_begin = i == 0 || before_value.find(text_[i - 1]) != std::string_view::npos;
        if (!may_begin) continue;
        if (text_[i] == '#') {
            i = std::min(text_.find('\n', i), text_.size());
        } else if (text_[i] == '"' || text_[i] == '\'') {
            const std::size_t end = quote_end(i);
            if (end == std::string::npos) return i;
            i = end - 1;
        }
    }
    return std::string::npos;
}

}  // namespace orrery
