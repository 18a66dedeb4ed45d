/// Lines of a text file, plain or compressed, read as a stream: memory is bounded by the longest line
/// however large the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

enum class Compression : std::uint8_t {
    automatic,  ///< by the first bytes of the file; a name that ends in .gz or .zst must agree
    none,
    gzip,  ///< RFC 1952, any number of members
    zstd,  ///< RFC 8878, any number of frames, windows up to 128 MiB
};

/// The decompressed bytes of a file. Every failure is a `DataError`:
/// unreadable, not a regular file, damaged (checksums are verified), truncated in the middle of a member
/// or frame.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    /// Fills a part of `buffer`; 0 means the end and nothing else does.
    virtual std::size_t read(std::span<char> buffer) = 0;
};

std::unique_ptr<ByteSource> open_bytes(const std::filesystem::path& path, Compression compression);

/// The whole of a file of at most `most` decompressed bytes; a larger one is an error, not an allocation.
std::string read_whole(const std::filesystem::path& path, Compression compression, std::size_t most);

/// Splits a file into lines. LF and CRLF both end a line, the last line needs neither, and a byte order
/// mark in front is no part of the first line.
class LineReader {
public:
    /// The longest line that is accepted, in bytes.
    static constexpr std::size_t line_most = std::size_t{16} << 20;

    LineReader(std::filesystem::path path, Compression compression);

    /// The next line without its end, valid until the next call; nothing after the last line.
    std::optional<std::string_view> next();

    /// Number of the line that `next` gave last, from 1.
    std::uint64_t line() const { return line_; }
    const std::filesystem::path& path() const { return path_; }

private:
    void refill();

    std::filesystem::path path_;
    std::unique_ptr<ByteSource> source_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;  ///< of the unread bytes in `buffer_`
    std::size_t end_ = 0;
    std::uint64_t line_ = 0;
    bool exhausted_ = false;
};

}  // namespace orrery
