/// The program's exit codes, and which of several wins.
#pragma once

namespace orrery {

enum class ExitCode : int {
    pass = 0,
    failed = 1,
    inconclusive = 2,
    guard = 3,
    usage = 64,
    bug = 70,
    cannot_write = 74,
    interrupted = 130,
};

/// The one that a run over several files ends with: the first of 130, 70, 74, 64, 3, 1, 2, 0 that occurs.
constexpr ExitCode worse(ExitCode a, ExitCode b) {
    constexpr ExitCode order[] = {ExitCode::interrupted, ExitCode::bug,    ExitCode::cannot_write, ExitCode::usage,
                                  ExitCode::guard,       ExitCode::failed, ExitCode::inconclusive, ExitCode::pass};
    for (const ExitCode code : order)
        if (a == code || b == code) return code;
    return ExitCode::pass;
}

}  // namespace orrery
