#include "sim/base/check.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace orrery;

namespace {

std::string text_of_failure(bool condition) {
    try {
        ORRERY_CHECK(condition, "a cat has four legs");
    } catch (const InvariantBroken& broken) {
        return broken.what();
    }
    return {};
}

}  // namespace

TEST_CASE("a check that holds says nothing") {
    CHECK(text_of_failure(true).empty());
}

TEST_CASE("a check that fails says where, what and which condition") {
    const std::string text = text_of_failure(false);
    CHECK(text.find("tests/base/check_test.cpp:") == 0);
    CHECK(text.find("a cat has four legs") != std::string::npos);
    CHECK(text.find("(condition)") != std::string::npos);
}

TEST_CASE("the checkout's place is no part of the message") {
    for (const char* path : {"/home/somebody/orrery/sim/base/a.cpp", "/b/models/../sim/base/a.cpp"}) {
        std::string text;
        try {
            invariant_broken(path, 7, "x > 0", "what");
        } catch (const InvariantBroken& broken) {
            text = broken.what();
        }
        CHECK(text == "sim/base/a.cpp:7: what (x > 0)");
    }
}

TEST_CASE("the explanation is only made when it is needed") {
    int made = 0;
    const auto explain = [&] { return std::to_string(++made); };
    ORRERY_CHECK(made == 0, explain());
    CHECK(made == 0);
}
