/// Golden cases of Envoy: hosts, and choices by [hash, attempt].
#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <vector>

#include "models/hashing/rings/envoy_weights.hpp"
#include "tests/hashing/rings.hpp"

namespace orrery::testing {

class EnvoyCase {
public:
    explicit EnvoyCase(const Json& hosts) {
        for (const Json& host : hosts) {
            keys_.push_back(host.at("key"));
            hosts_.push_back({keys_.back(), host.value("weight", 1.0)});
            active_.push_back(host.value("active", 0u));
        }
    }
    const std::vector<models::EnvoyHost>& hosts() const { return hosts_; }
    const std::vector<std::uint32_t>& active() const { return active_; }

    template <class Choose>
    void check_choices(const Json& golden, Choose choose) const {
        const Json& lookups = golden.at("lookups");
        REQUIRE(lookups.size() == golden.at("chosen").size());
        for (std::size_t i = 0; i < lookups.size(); ++i) {
            CAPTURE(lookups[i]);
            CHECK(choose(number(lookups[i][0]), lookups[i][1].get<std::uint32_t>()) == golden["chosen"][i]);
        }
    }

private:
    std::deque<std::string> keys_;
    std::vector<models::EnvoyHost> hosts_;
    std::vector<std::uint32_t> active_;
};

}  // namespace orrery::testing
