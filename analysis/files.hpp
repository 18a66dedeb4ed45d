/// Files on the outside: whole or not at all.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "sim/base/units.hpp"

namespace orrery::analysis {

/// A path that could not be written, and why. The program's exit code for it is 74.
class WriteError : public std::runtime_error {
public:
    WriteError(std::string path, std::string reason)
        : std::runtime_error("cannot write " + path + ": " + reason),
          path_(std::move(path)),
          reason_(std::move(reason)) {}
    const std::string& path() const { return path_; }
    const std::string& reason() const { return reason_; }

private:
    std::string path_;
    std::string reason_;
};

/// Replaces the file at `path` by `bytes`: a temporary file beside it, synced, then renamed, so that a reader
/// (and whoever comes after an interruption) sees the old file or the new one. A symbolic link stays
/// one. What is no regular file (a pipe, /dev/stdout) is written in place. Throws WriteError.
void write_file_atomically(const std::string& path, std::string_view bytes);

/// All bytes of the file at `path`, or an error that names it.
Parsed<std::string> read_file(const std::string& path);

}  // namespace orrery::analysis
