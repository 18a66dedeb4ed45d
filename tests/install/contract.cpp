/// The contract test of the house, over a row that is not of the house.
#include "models/scheduling/dispatcher_contract.hpp"

#include <iostream>

#include "lighter_of_two.hpp"

int main() {
    const auto broken = orrery::models::check_dispatcher_contract(lighter_of_two(), orrery::Settings{}, 7);
    for (const auto& promise : broken) std::cerr << promise << "\n";
    return broken.empty() ? 0 : 1;
}
