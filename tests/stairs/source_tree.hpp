/// The house as text: what the stairs test reads.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::stairs {

/// `path` is relative to the top of the house, with forward slashes.
struct SourceFile {
    std::string path;
    std::string text;
};

/// What is wrong: "path:line: what".
using Findings = std::vector<std::string>;

/// Every C++ file under `folders` of `root`, sorted by path. A folder that is not there is passed over.
std::vector<SourceFile> read_sources(const std::filesystem::path& root, const std::vector<std::string>& folders);

/// Every file of `root` that is kept in the repository, as far as names tell: no build folders, no .git. Files whose
/// name ends in one of `endings` or equals it.
std::vector<SourceFile> read_files(const std::filesystem::path& root, const std::vector<std::string>& endings);

/// The same text with comments, string and character literals blanked out; lines and columns stay where they were.
/// Include lines keep their file names.
std::string code_of(std::string_view text);

struct Include {
    std::size_t line;  ///< from 1
    std::string name;  ///< what stands between the quotes or brackets
    enum class Kind { quoted, bracketed } kind;
};
std::vector<Include> includes_of(std::string_view text);

/// Lines of `text`, without their ends.
std::vector<std::string> lines_of(std::string_view text);

/// Whether `word` stands in `line` with no identifier character directly around it.
bool has_word(std::string_view line, std::string_view word);

/// "path:line: what"
std::string finding(const SourceFile& file, std::size_t line, std::string_view what);

}  // namespace orrery::stairs
