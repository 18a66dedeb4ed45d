// CRUSH on maps small enough to be read, and as a ring over zones and racks.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "models/hashing/catalog.hpp"
#include "models/hashing/crush/crush_log.hpp"
#include "models/hashing/crush/crush_text.hpp"
#include "models/hashing/functions/rjenkins.hpp"

using namespace orrery;
using namespace orrery::models;

namespace {

constexpr const char* head =
    "device 0 osd.0 class ssd\ndevice 1 osd.1\ndevice 2 osd.2\ndevice 3 osd.3\n"
    "type 0 osd\ntype 1 host\ntype 3 root\n"
    "host a {\n id -1\n id -7 class ssd\n alg straw2\n hash 0\n item osd.0 weight 1.000\n item osd.1 weight 3.000\n}\n"
    "host b {\n id -2\n alg straw2\n hash 0 # rjenkins1\n item osd.2 weight 1.000\n item osd.3 weight 0.000\n}\n"
    "root r {\n id -3\n alg straw2\n hash 0\n item a weight 4.000\n item b weight 1.000\n}\n";

std::string with_rule(const std::string& steps) {
    return head + ("rule one {\n id 0\n type replicated\n min_size 1\n max_size 10\n" + steps + "}\n");
}

std::vector<std::uint32_t> all_in(const CrushMap& map) {
    return std::vector<std::uint32_t>(map.devices(), crush_one);
}

std::unique_ptr<Ring> crush_ring(const std::string& domain) {
    Settings settings;
    settings.set("failure_domain", domain);
    const auto rows = rings();
    return std::find_if(rows.begin(), rows.end(), [](const auto& row) { return row.name == "crush"; })->make(settings);
}

/// zones x racks x members; ids from 0.
std::vector<Member> members_in(std::size_t zones, std::size_t racks, std::size_t each) {
    std::vector<Member> members;
    for (std::size_t z = 0; z < zones; ++z)
        for (std::size_t r = 0; r < racks; ++r)
            for (std::size_t i = 0; i < each; ++i) {
                const std::size_t n = members.size();
                members.push_back(
                    {MemberId(n), "node-" + std::to_string(n), 1, "z" + std::to_string(z), "r" + std::to_string(r)});
            }
    return members;
}

}  // namespace

TEST_CASE("rjenkins mixes one to five numbers, and strings of any bytes") {
    CHECK(rjenkins1(1u) == 3574081617u);
    CHECK(rjenkins1(1588945316u) == 1789024520u);
    CHECK(rjenkins1(0u) == 398764043u);
    CHECK(rjenkins1(0u) == 398764043u);
    CHECK(rjenkins1(3903345311u, 1u) == 477687841u);
    CHECK(rjenkins1(823534631u, 2323465141u) == 1659351817u);
    CHECK(rjenkins1(1u, 1u) == 3308535608u);
    CHECK(rjenkins1(3728226180u, 0u) == 1782799955u);
    CHECK(rjenkins1(0u, 0u, 0u) == 2050749362u);
    CHECK(rjenkins1(4294967295u, 2030441878u, 3067162761u) == 12875220u);
    CHECK(rjenkins1(1696354899u, 1u, 4294967295u) == 3149824921u);
    CHECK(rjenkins1(0u, 583981819u, 4294967295u) == 2096582919u);
    CHECK(rjenkins1(4146705608u, 4294967295u, 1808819083u, 4294967295u) == 1778985316u);
    CHECK(rjenkins1(2293955289u, 1u, 4294967295u, 0u) == 3760276103u);
    CHECK(rjenkins1(4294967295u, 1u, 4294967295u, 0u) == 3338287916u);
    CHECK(rjenkins1(1u, 4294967295u, 0u, 272561090u) == 3878075760u);
    CHECK(rjenkins1(3667655052u, 4294967295u, 0u, 1u, 4294967295u) == 2600107643u);
    CHECK(rjenkins1(1834559884u, 0u, 0u, 4294967295u, 4294967295u) == 1394605711u);
    CHECK(rjenkins1(1u, 0u, 0u, 0u, 0u) == 775084933u);
    CHECK(rjenkins1(1u, 4172254329u, 4294967295u, 0u, 4294967295u) == 3408288023u);
    CHECK(rjenkins_string(Key()) == 3175731469u);
    CHECK(rjenkins_string(Key("a", 1)) == 703514648u);
    CHECK(rjenkins_string(Key("ab", 2)) == 2558110785u);
    CHECK(rjenkins_string(Key("\x00"
                              "",
                              1)) == 1843378377u);
    CHECK(rjenkins_string(Key("\x00"
                              "\x00"
                              "",
                              2)) == 1948748577u);
    CHECK(rjenkins_string(Key("\xff"
                              "\xfe"
                              "",
                              2)) == 3090615378u);
    CHECK(rjenkins_string(Key("rbd_data.1f", 11)) == 2982868350u);
    CHECK(rjenkins_string(Key("twelve bytes", 12)) == 4291833360u);
    CHECK(rjenkins_string(Key("thirteen byte", 13)) == 4201788218u);
    CHECK(rjenkins_string(Key("object-000017", 13)) == 204812428u);
    CHECK(rjenkins_string(Key("h\xc3"
                              "\xb6"
                              "her",
                              6)) == 1959754708u);
    CHECK(rjenkins_string(Key("\xe6"
                              "\x97"
                              "\xa5"
                              "\xe6"
                              "\x9c"
                              "\xac"
                              "\xe8"
                              "\xaa"
                              "\x9e"
                              "",
                              9)) == 2971310703u);
    CHECK(rjenkins_string(Key("xxxxxxxxxxxxxxxxxxxxxxx", 23)) == 1278154289u);
    CHECK(rjenkins_string(Key("xxxxxxxxxxxxxxxxxxxxxxxx", 24)) == 1671975978u);
    CHECK(rjenkins_string(Key("xxxxxxxxxxxxxxxxxxxxxxxxx", 25)) == 3515298957u);
    CHECK(rjenkins_string(Key("/a/b/c?d=e&f", 12)) == 50169921u);
    CHECK(rjenkins_string(Key("\x80"
                              "\x80"
                              "\x80"
                              "\x80"
                              "\x80"
                              "\x80"
                              "\x80"
                              "\x80"
                              "\x80"
                              "\x80"
                              "\x80"
                              "",
                              11)) == 2466459590u);
    CHECK(rjenkins_string(Key("\x7f"
                              "\x7f"
                              "\x7f"
                              "\x7f"
                              "\x7f"
                              "\x7f"
                              "\x7f"
                              "\x7f"
                              "\x7f"
                              "\x7f"
                              "\x7f"
                              "\x7f"
                              "",
                              12)) == 1342157252u);
    CHECK(rjenkins_string(Key("0123456789abcdefghijklmnopqrstuvwxyz", 36)) == 3216905021u);
    CHECK(rjenkins_string(Key("foo\x0a"
                              "bar",
                              7)) == 4007479162u);
}

TEST_CASE("the logarithm goes from 0 to just below 2^48, rises nearly always, and is one of base two") {
    CHECK(crush_log(0) == 0);
    CHECK(crush_log(65535) == (std::int64_t{1} << 48) - (std::int64_t{1} << 28));
    CHECK(crush_log(1) == std::int64_t{1} << 44);
    CHECK(crush_log(3) == std::int64_t{2} << 44);
    CHECK(crush_log(255) == std::int64_t{8} << 44);
    for (std::uint32_t u = 1; u < 65535; u += 7) {
        const double exact = std::log2(u + 1.0) * 0x1p44;
        // The second table's flaws are below 2^33 before the division by 2^4.
        CHECK(std::abs(static_cast<double>(crush_log(u)) - exact) < 0x1p30);
    }
}

TEST_CASE("straw2 shares by weight, and a device of weight zero gets nothing") {
    const CrushMap map = read_crush_map(with_rule("step take r\nstep choose firstn 1 type osd\nstep emit\n"));
    const auto in = all_in(map);
    std::array<int, 4> count{};
    const int inputs = 40'000;
    for (int x = 0; x < inputs; ++x)
        ++count[static_cast<std::size_t>(map.place(0, static_cast<std::uint32_t>(x), 1, in).front())];
    CHECK(count[3] == 0);
    const double share[3] = {0.2, 0.6, 0.2};
    for (std::size_t d = 0; d < 3; ++d) {
        const double deviation = std::sqrt(inputs * share[d] * (1 - share[d]));
        CHECK(std::abs(count[d] - inputs * share[d]) < 5 * deviation);
    }
}

TEST_CASE("a device that is out loses what it had and the others keep theirs") {
    const CrushMap map = read_crush_map(with_rule("step take r\nstep choose firstn 1 type osd\nstep emit\n"));
    auto in = all_in(map);
    const auto before = in;
    in[1] = 0;
    for (std::uint32_t x = 0; x < 2000; ++x) {
        const auto was = map.place(0, x, 1, before);
        const auto now = map.place(0, x, 1, in);
        CHECK(now.front() != 1);
        if (was.front() != 1) CHECK(now == was);
    }
    in[1] = crush_one / 2;  // out for half of the inputs
    int kept = 0;
    int had = 0;
    for (std::uint32_t x = 0; x < 8000; ++x) {
        if (map.place(0, x, 1, before).front() != 1) continue;
        ++had;
        kept += map.place(0, x, 1, in).front() == 1 ? 1 : 0;
    }
    CHECK(std::abs(kept - had / 2.0) < 5 * std::sqrt(had / 4.0));
}

TEST_CASE("firstn leaves out what it cannot place, and indep leaves a hole") {
    const char* rule = "step take r\nstep chooseleaf firstn 0 type host\nstep emit\n";
    const CrushMap firstn = read_crush_map(with_rule(rule));
    const CrushMap indep = read_crush_map(
        with_rule("step set_choose_tries 100\nstep take r\nstep chooseleaf indep 0 type host\nstep emit\n"));
    for (std::uint32_t x = 0; x < 200; ++x) {
        CHECK(firstn.place(0, x, 3, all_in(firstn)).size() == 2);
        const auto placed = indep.place(0, x, 3, all_in(indep));
        CHECK(placed.size() == 3);
        CHECK(std::count(placed.begin(), placed.end(), crush_none) == 1);
    }
    CHECK(firstn.place(0, 1, 0, all_in(firstn)).empty());
}

TEST_CASE("a uniform bucket is a permutation: each item once") {
    std::string text = with_rule("step take r\nstep choose firstn 0 type osd\nstep emit\n");
    text.replace(text.find("alg straw2"), 10, "alg uniform");
    const CrushMap map = read_crush_map(text);
    CHECK(map.bucket(-1)->algorithm == CrushBucket::Algorithm::uniform);
    for (std::uint32_t x = 0; x < 100; ++x) {
        const auto placed = map.place(0, x, 3, all_in(map));
        CHECK(std::set(placed.begin(), placed.end()).size() == 3);
    }
}

TEST_CASE("a map that cannot be read says which line and what is wrong") {
    const auto error = [](const std::string& text) -> std::string {
        try {
            read_crush_map(text);
        } catch (const CrushError& caught) {
            return caught.what();
        }
        return "";
    };
    CHECK(error("device x osd.0\n") == "line 1: 'x' is not a number");
    CHECK(error("tunable choose_tries 5\n") == "line 1: unknown tunable 'choose_tries'");
    CHECK(error("device 0 osd.0\ndevice 1 osd.0\n") == "line 2: 'osd.0' is there twice");
    CHECK(error("type 1 host\nhost h {\n alg list\n") ==
          "line 3: bucket algorithm 'list' is not supported; straw2 and uniform are");
    CHECK(error("type 1 host\nhost h {\n item osd.9\n") == "line 3: there is no 'osd.9'");
    CHECK(error("type 1 host\nhost h {\n") == "line 2: the map ends inside a bucket or rule");
    CHECK(error("rack h {\n") == "line 1: unknown type 'rack'");
    CHECK(error(with_rule("step take r class ssd\n")).ends_with("taking a device class is not supported"));
    CHECK(error(with_rule("step choose sometimes 0 type osd\n")).ends_with("unknown way to choose 'sometimes'"));
    CHECK(error(with_rule("step take\n")).ends_with("something is missing after 'take'"));
    CHECK_THROWS_AS(read_crush_map(head).place(7, 1, 1, {}), CrushError);
    CHECK_THROWS_AS(crush_group("x", 0), CrushError);
}

TEST_CASE("replicas lie in different racks while there are enough, and on different members always") {
    const auto members = members_in(2, 3, 4);
    for (const char* domain : {"member", "rack", "zone"}) {
        const auto ring = crush_ring(domain);
        ring->reset(members);
        for (int k = 0; k < 300; ++k) {
            const std::string key = "key-" + std::to_string(k);
            std::array<MemberId, 8> out{};
            REQUIRE(ring->replicas(key, out) == 8);
            CHECK(out[0] == ring->owner(key));
            CHECK(std::set(out.begin(), out.end()).size() == 8);
            std::set<std::string> racks;
            std::set<std::string> zones;
            for (std::size_t i = 0; i < 6; ++i)
                racks.insert(members[out[i].index()].zone + members[out[i].index()].rack);
            for (std::size_t i = 0; i < 2; ++i) zones.insert(members[out[i].index()].zone);
            if (domain == std::string("rack")) CHECK(racks.size() == 6);
            if (domain == std::string("zone")) CHECK(zones.size() == 2);
            std::array<MemberId, 3> few{};
            ring->replicas(key, few);
            CHECK(std::equal(few.begin(), few.end(), out.begin()));
        }
    }
}

TEST_CASE("a member of a single rack that leaves moves its own keys only; in a hierarchy at most three times as many") {
    const auto moved = [](const std::vector<Member>& members) {
        const auto ring = crush_ring("rack");
        ring->reset(members);
        const auto gone = members[5].id;
        std::vector<MemberId> before;
        for (int k = 0; k < 20'000; ++k) before.push_back(ring->owner("key-" + std::to_string(k)));
        ring->remove(gone);
        double others = 0;
        double its = 0;
        for (int k = 0; k < 20'000; ++k) {
            const bool moves = ring->owner("key-" + std::to_string(k)) != before[static_cast<std::size_t>(k)];
            (before[static_cast<std::size_t>(k)] == gone ? its : others) += moves ? 1 : 0;
        }
        return others / its;
    };
    CHECK(moved(members_in(1, 1, 12)) == 0);
    const double ratio = moved(members_in(2, 2, 3));
    CHECK(ratio > 0.5);
    CHECK(ratio < 2);
}

TEST_CASE("a ring of members that come in another order is the same ring") {
    auto members = members_in(2, 2, 3);
    const auto one = crush_ring("rack");
    one->reset(members);
    std::reverse(members.begin(), members.end());
    const auto other = crush_ring("rack");
    for (const Member& member : members) other->add(member);
    for (int k = 0; k < 500; ++k)
        CHECK(one->owner("key-" + std::to_string(k)) == other->owner("key-" + std::to_string(k)));
}

TEST_CASE("weights that fixed point cannot hold are refused and leave the ring as it was") {
    const auto ring = crush_ring("rack");
    ring->reset(members_in(1, 1, 2));
    CHECK_THROWS_AS(ring->add({MemberId(9), "tiny", 1e-6}), RingError);
    CHECK_THROWS_AS(ring->add({MemberId(9), "huge", 65535}), RingError);
    CHECK(ring->members().size() == 2);
    ring->add({MemberId(9), "large", 60000});
    CHECK(ring->members().size() == 3);
}
