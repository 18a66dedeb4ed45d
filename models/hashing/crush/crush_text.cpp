#include "models/hashing/crush/crush_text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace orrery::models {

namespace {

using Words = std::vector<std::string>;
using Operation = CrushStep::Operation;

Words words_of(std::string_view line) {
    Words words;
    std::string word;
    for (const char c : line.substr(0, line.find('#'))) {
        if (c == ' ' || c == '\t' || c == '\r') {
            if (!word.empty()) words.push_back(std::exchange(word, {}));
        } else {
            word.push_back(c);
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

class Reader {
public:
    CrushMap read(std::string_view text) {
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            ++line_;
            const Words words = words_of(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
            if (!words.empty()) take(words);
        }
        if (inside_ != Inside::nothing) fail("the map ends inside a bucket or rule");
        return std::move(map_);
    }

private:
    enum class Inside : std::uint8_t { nothing, bucket, rule };

    [[noreturn]] void fail(const std::string& what) const {
        throw CrushError("line " + std::to_string(line_) + ": " + what);
    }

    template <class Number>
    Number number(const std::string& word) const {
        Number value{};
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (error != std::errc{} || end != word.data() + word.size()) fail("'" + word + "' is not a number");
        return value;
    }

    const std::string& word(const Words& words, std::size_t i) const {
        if (i >= words.size()) fail("something is missing after '" + words.back() + "'");
        return words[i];
    }

    void take(const Words& words) {
        switch (inside_) {
            case Inside::nothing:
                take_top(words);
                return;
            case Inside::bucket:
                take_in_bucket(words);
                return;
            case Inside::rule:
                take_in_rule(words);
                return;
        }
    }

    void take_top(const Words& words) {
        if (words[0] == "tunable") {
            take_tunable(word(words, 1), number<std::uint32_t>(word(words, 2)));
        } else if (words[0] == "device") {
            const auto device = number<std::int32_t>(word(words, 1));
            if (device < 0 || device > 1'000'000) fail("device numbers go from 0 to 1000000");
            map_.set_devices(std::max(map_.devices(), static_cast<std::size_t>(device) + 1));
            name(word(words, 2), device);
        } else if (words[0] == "type") {
            types_[word(words, 2)] = number<std::int32_t>(word(words, 1));
        } else if (words[0] == "rule") {
            inside_ = Inside::rule;
            rule_ = {};
            rule_id_ = -1;
        } else {
            inside_ = Inside::bucket;
            bucket_ = {};
            bucket_.id = 0;
            bucket_.type = type(words[0]);
            bucket_.name = word(words, 1);
        }
    }

    void take_tunable(const std::string& which, std::uint32_t value) {
        CrushTunables& tunables = map_.tunables;
        if (which == "choose_local_tries") {
            tunables.choose_local_tries = value;
        } else if (which == "choose_local_fallback_tries") {
            tunables.choose_local_fallback_tries = value;
        } else if (which == "choose_total_tries") {
            tunables.choose_total_tries = value;
        } else if (which == "chooseleaf_descend_once") {
            tunables.chooseleaf_descend_once = value;
        } else if (which == "chooseleaf_vary_r") {
            tunables.chooseleaf_vary_r = value;
        } else if (which == "chooseleaf_stable") {
            tunables.chooseleaf_stable = value;
        } else if (which != "straw_calc_version" && which != "allowed_bucket_algs") {
            // Those two are about making maps, not about reading them.
            fail("unknown tunable '" + which + "'");
        }
    }

    void take_in_bucket(const Words& words) {
        if (words[0] == "}") {
            if (bucket_.id == 0) fail("bucket '" + bucket_.name + "' has no id");
            name(bucket_.name, bucket_.id);
            guarded([&] { map_.add(bucket_); });
            inside_ = Inside::nothing;
        } else if (words[0] == "id") {
            // Ids of the shadow trees of device classes follow with `class`.
            if (words.size() == 2) bucket_.id = number<std::int32_t>(words[1]);
        } else if (words[0] == "alg") {
            bucket_.algorithm = algorithm(word(words, 1));
        } else if (words[0] == "hash") {
            if (word(words, 1) != "0" && words[1] != "rjenkins1") fail("unknown hash '" + words[1] + "'");
        } else if (words[0] == "item") {
            take_item(words);
        } else {
            fail("unknown word '" + words[0] + "' in a bucket");
        }
    }

    void take_item(const Words& words) {
        bucket_.items.push_back(named(word(words, 1)));
        const std::int32_t item = bucket_.items.back();
        std::uint32_t weight = item >= 0 ? crush_one : map_.weight_of(item);
        for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
            if (words[i] == "pos") continue;
            if (words[i] != "weight") fail("unknown word '" + words[i] + "' of an item");
            const auto given = number<float>(words[i + 1]);
            if (!(given >= 0 && given < 65536.0F)) fail("a weight goes from 0 to below 65536");
            weight = static_cast<std::uint32_t>(given * 65536.0F);
        }
        bucket_.weights.push_back(weight);
    }

    void take_in_rule(const Words& words) {
        if (words[0] == "}") {
            if (rule_id_ < 0) fail("the rule has no id");
            guarded([&] { map_.add_rule(rule_id_, rule_); });
            inside_ = Inside::nothing;
        } else if (words[0] == "id" || words[0] == "ruleset") {
            rule_id_ = number<std::int32_t>(word(words, 1));
        } else if (words[0] == "step") {
            rule_.push_back(step(words));
        } else if (words[0] != "type" && words[0] != "min_size" && words[0] != "max_size") {
            fail("unknown word '" + words[0] + "' in a rule");
        }
    }

    CrushStep step(const Words& words) const {
        static const std::pair<const char*, Operation> settings[] = {
            {"set_choose_tries", Operation::set_choose_tries},
            {"set_chooseleaf_tries", Operation::set_chooseleaf_tries},
            {"set_choose_local_tries", Operation::set_choose_local_tries},
            {"set_choose_local_fallback_tries", Operation::set_choose_local_fallback_tries},
            {"set_chooseleaf_vary_r", Operation::set_chooseleaf_vary_r},
            {"set_chooseleaf_stable", Operation::set_chooseleaf_stable},
        };
        const std::string& what = word(words, 1);
        if (what == "emit") return {Operation::emit};
        if (what == "take") {
            if (words.size() > 3) fail("taking a device class is not supported");
            return {Operation::take, named(word(words, 2))};
        }
        for (const auto& [setting, operation] : settings)
            if (what == setting) return {operation, number<std::int32_t>(word(words, 2))};
        if (what != "choose" && what != "chooseleaf") fail("unknown step '" + what + "'");
        const std::string& how = word(words, 2);
        if (how != "firstn" && how != "indep") fail("unknown way to choose '" + how + "'");
        if (word(words, 4) != "type") fail("'type' is due before '" + words[4] + "'");
        return {choice(what, how), number<std::int32_t>(words[3]), type(word(words, 5))};
    }

    static Operation choice(const std::string& what, const std::string& how) {
        if (what == "choose") return how == "firstn" ? Operation::choose_firstn : Operation::choose_indep;
        return how == "firstn" ? Operation::chooseleaf_firstn : Operation::chooseleaf_indep;
    }

    CrushBucket::Algorithm algorithm(const std::string& name) const {
        if (name == "straw2") return CrushBucket::Algorithm::straw2;
        if (name == "uniform") return CrushBucket::Algorithm::uniform;
        fail("bucket algorithm '" + name + "' is not supported; straw2 and uniform are");
    }

    void name(const std::string& name, std::int32_t item) {
        if (!names_.emplace(name, item).second) fail("'" + name + "' is there twice");
    }

    std::int32_t named(const std::string& name) const {
        const auto found = names_.find(name);
        if (found == names_.end()) fail("there is no '" + name + "'");
        return found->second;
    }

    std::int32_t type(const std::string& name) const {
        const auto found = types_.find(name);
        if (found == types_.end()) fail("unknown type '" + name + "'");
        return found->second;
    }

    template <class Call>
    void guarded(Call call) const {
        try {
            call();
        } catch (const CrushError& error) {
            fail(error.what());
        }
    }

    CrushMap map_;
    std::size_t line_ = 0;
    Inside inside_ = Inside::nothing;
    std::map<std::string, std::int32_t> names_;  ///< devices and buckets
    std::map<std::string, std::int32_t> types_;
    CrushBucket bucket_;
    CrushRule rule_;
    std::int32_t rule_id_ = -1;
};

}  // namespace

CrushMap read_crush_map(std::string_view text) {
    return Reader().read(text);
}

}  // namespace orrery::models
