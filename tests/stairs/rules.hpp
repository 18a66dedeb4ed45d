/// The rules of the house that text alone can hold. Each takes files and returns what breaks it; none knows a disk,
/// so that each is tested with a planted violation.
#pragma once

#include "tests/stairs/source_tree.hpp"

namespace orrery::stairs {

/// The stairs: which box may include which. A box is a folder; the edges are those of the house, and no others.
/// `tests` stands on everything and nothing stands on it.
Findings check_stairs(const std::vector<SourceFile>& files);

/// One package, one door: the headers of a package are included behind its door only.
Findings check_doors(const std::vector<SourceFile>& files);

/// A file in scenarios/systems speaks a port: of the families whose members are protocols (replication, membership,
/// transactions) it includes catalogs, interfaces, ports (files named *port.hpp) and what the latter two include in
/// turn, and its code names no protocol. replication/viewstamped.hpp and everything in replication/viewstamped/ stand
/// for `Viewstamped`. Only a catalog of systems (a file named *catalog.*) puts a protocol behind its port.
Findings check_ports(const std::vector<SourceFile>& files);

/// What must not stand in code (chance or wall clock from outside, unfinished work, ...), and where it may.
Findings check_smells(const std::vector<SourceFile>& files);

/// What must not stand in the build: flags that make results depend on the builder's processor, and paths of the
/// machine on which something was written.
Findings check_build(const std::vector<SourceFile>& files);

/// A test case stands in a .cpp file: the build makes one test of each, by its name.
Findings check_tests(const std::vector<SourceFile>& files);

}  // namespace orrery::stairs
