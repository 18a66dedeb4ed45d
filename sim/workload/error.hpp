/// Damaged or unusable data files.
#pragma once

#include <stdexcept>

namespace orrery {

/// A data file that is unreadable, truncated or corrupt, or a row in it that cannot be used. The message begins
/// with "path:", "path:line:" or "path:line:column:" (line and column count from 1, a column is a byte of the
/// decompressed line) and says what was found and what is allowed.
///
/// What is wrong with the scenario instead (no such file, an unknown column, an expression that does not parse) is a
/// `ParameterError`.
class DataError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace orrery
