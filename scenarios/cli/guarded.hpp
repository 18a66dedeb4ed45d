/// From exceptions to messages and exit codes: the one place where they meet.
#pragma once

#include <cstdio>
#include <new>
#include <string>

#include "analysis/files.hpp"
#include "analysis/plot.hpp"
#include "scenarios/cli/commands.hpp"
#include "scenarios/format/errors.hpp"
#include "scenarios/runs/replications.hpp"
#include "sim/base/check.hpp"
#include "sim/workload/error.hpp"

namespace orrery {

inline void complain(const std::string& text) {
    std::fprintf(stderr, "orrery: %s\n", text.c_str());
}

/// Runs `body`, turning every kind of error into its message on stderr and its exit code. `context` (a file)
/// stands in front of messages that do not name one themselves.
template <class Body>
ExitCode guarded_command(const std::string& context, Body&& body) {
    try {
        return body();
    } catch (const ScenarioError& error) {
        std::fprintf(stderr, "%s\n", error.what());  // begins with the file
        return ExitCode::usage;
    } catch (const DataError& error) {
        complain(error.what());
        return ExitCode::usage;
    } catch (const GuardFailure& error) {
        complain(context + ": " + error.what());
        return ExitCode::guard;
    } catch (const Interrupted& error) {
        complain(context + ": " + error.what());
        return ExitCode::interrupted;
    } catch (const analysis::WriteError& error) {
        complain(error.what());
        return ExitCode::cannot_write;
    } catch (const analysis::PlotError& error) {
        complain(error.what());
        return ExitCode::usage;
    } catch (const InvariantBroken& error) {
        complain(context + ": this is a bug in Orrery or in a policy: " + error.what());
        return ExitCode::bug;
    } catch (const std::bad_alloc&) {
        complain(context + ": not enough memory for a scenario of this size");
        return ExitCode::usage;
    } catch (const std::exception& error) {
        complain(context + ": this is a bug in Orrery: unexpected " + error.what());
        return ExitCode::bug;
    }
}

}  // namespace orrery
