#include "scenarios/cli/main.hpp"
#include "lighter_of_two.hpp"

int main(int argc, char** argv) {
    auto catalog = orrery::builtin();
    catalog.add(lighter_of_two());
    return orrery::main(argc, argv, catalog);
}
