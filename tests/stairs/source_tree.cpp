#include "tests/stairs/source_tree.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <sstream>

namespace orrery::stairs {

namespace fs = std::filesystem;

namespace {

SourceFile read_file(const fs::path& root, const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {fs::relative(path, root).generic_string(), {std::istreambuf_iterator<char>(in), {}}};
}

void sort_by_path(std::vector<SourceFile>& files) {
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
}

bool identifier_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Walks over C++ text and blanks what is no code.
class Blanker {
public:
    explicit Blanker(std::string_view text) : text_(text), out_(text) {}

    std::string run() {
        while (at_ < text_.size()) {
            if (starts("//"))
                blank_until(end_of_line());
            else if (starts("/*"))
                blank_until(end_after("*/", at_ + 2));
            else if (include_line())
                at_ = end_of_line();
            else if (starts("R\"") && (at_ == 0 || !identifier_character(text_[at_ - 1])))
                blank_raw_string();
            else if (text_[at_] == '"' || (text_[at_] == '\'' && !digit_separator()))
                blank_until(end_of_literal());
            else
                ++at_;
        }
        return std::move(out_);
    }

private:
    bool starts(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
    bool include_line() const {
        if (text_[at_] != '#') return false;
        const auto word = text_.find_first_not_of(" \t", at_ + 1);
        return word != std::string_view::npos && text_.substr(word).starts_with("include");
    }
    bool digit_separator() const { return at_ > 0 && identifier_character(text_[at_ - 1]); }
    std::size_t end_of_line() const { return std::min(text_.find('\n', at_), text_.size()); }
    std::size_t end_after(std::string_view what, std::size_t from) const {
        const auto found = text_.find(what, from);
        return found == std::string_view::npos ? text_.size() : found + what.size();
    }
    std::size_t end_of_literal() const {
        std::size_t i = at_ + 1;
        for (; i < text_.size() && text_[i] != text_[at_]; ++i)
            if (text_[i] == '\\') ++i;
        return std::min(i + 1, text_.size());
    }
    void blank_raw_string() {
        const auto open = text_.find('(', at_);
        if (open == std::string_view::npos) return blank_until(text_.size());
        const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
        blank_until(end_after(close, open));
    }
    void blank_until(std::size_t end) {
        for (; at_ < end; ++at_)
            if (text_[at_] != '\n') out_[at_] = ' ';
    }

    std::string_view text_;
    std::string out_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<SourceFile> read_sources(const fs::path& root, const std::vector<std::string>& folders) {
    std::vector<SourceFile> files;
    for (const auto& folder : folders) {
        if (!fs::is_directory(root / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            const auto extension = entry.path().extension();
            if (extension == ".hpp" || extension == ".cpp") files.push_back(read_file(root, entry.path()));
        }
    }
    sort_by_path(files);
    return files;
}

std::vector<SourceFile> read_files(const fs::path& root, const std::vector<std::string>& endings) {
    std::vector<SourceFile> files;
    for (auto entry = fs::recursive_directory_iterator(root); entry != fs::end(entry); ++entry) {
        const std::string name = entry->path().filename().string();
        if (entry->is_directory()) {
            if (name == ".git" || name == ".cache" || name.starts_with("build")) entry.disable_recursion_pending();
            continue;
        }
        if (std::any_of(endings.begin(), endings.end(), [&](const auto& ending) { return name.ends_with(ending); }))
            files.push_back(read_file(root, entry->path()));
    }
    sort_by_path(files);
    return files;
}

std::string code_of(std::string_view text) {
    return Blanker(text).run();
}

std::vector<Include> includes_of(std::string_view text) {
    std::vector<Include> found;
    std::size_t number = 0;
    for (const auto& line : lines_of(code_of(text))) {
        ++number;
        const auto hash = line.find_first_not_of(" \t");
        if (hash == std::string::npos || line[hash] != '#') continue;
        const auto word = line.find_first_not_of(" \t", hash + 1);
        if (word == std::string::npos || line.compare(word, 7, "include") != 0) continue;
        const auto open = line.find_first_of("\"<", word);
        if (open == std::string::npos) continue;
        const auto quoted = line[open] == '"';
        const auto close = line.find(quoted ? '"' : '>', open + 1);
        if (close == std::string::npos) continue;
        found.push_back({number, line.substr(open + 1, close - open - 1),
                         quoted ? Include::Kind::quoted : Include::Kind::bracketed});
    }
    return found;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

bool has_word(std::string_view line, std::string_view word) {
    for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
        const auto end = at + word.size();
        const bool free_before = at == 0 || !identifier_character(word.front()) || !identifier_character(line[at - 1]);
        const bool free_after =
            end >= line.size() || !identifier_character(word.back()) || !identifier_character(line[end]);
        if (free_before && free_after) return true;
    }
    return false;
}

std::string finding(const SourceFile& file, std::size_t line, std::string_view what) {
    return file.path + ":" + std::to_string(line) + ": " + std::string(what);
}

}  // namespace orrery::stairs
