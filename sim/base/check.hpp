/// Broken invariants: bugs in Orrery or in a policy, never bad input and never a simulated failure.
///
/// `ORRERY_CHECK` is on in every build. A failed check throws `InvariantBroken`; nobody between the
/// check and the program's top level catches it except to add the run's seed, time and event.
#pragma once

#include <stdexcept>
#include <string>

namespace orrery {

class InvariantBroken : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

/// Throws `InvariantBroken` with "file:line: what (condition)".
[[noreturn]] void invariant_broken(const char* file, int line, const char* condition, const std::string& what);

}  // namespace orrery

/// `what` says which promise is broken, in words a user can report. It is evaluated only on failure.
#define ORRERY_CHECK(condition, what)                                         \
    do {                                                                      \
        if (!(condition)) [[unlikely]]                                        \
            ::orrery::invariant_broken(__FILE__, __LINE__, #condition, what); \
    } while (false)
