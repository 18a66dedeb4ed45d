/// The program `orrery`: the policies that ship, and nothing else. A program of one's own differs in the catalog only.
#include "scenarios/cli/main.hpp"

int main(int argc, char** argv) {
    return orrery::main(argc, argv, orrery::builtin());
}
