/// Shrinking: from an input that shows a fault to a small one that still does.
#pragma once

#include <utility>
#include <vector>

namespace orrery::models {

/// Replaces `input` by the first of `smaller(input)` for which `fails` holds, again and again, until none does, at most
/// `steps_max` trials in all. `fails(input)` holds before and after.
template <class Input, class Smaller, class Fails>
Input shrink(Input input, Smaller&& smaller, Fails&& fails, int steps_max = 2000) {
    bool again = true;
    while (again) {
        again = false;
        for (Input& candidate : smaller(std::as_const(input))) {
            if (--steps_max < 0) return input;
            if (!fails(std::as_const(candidate))) continue;
            input = std::move(candidate);
            again = true;
            break;
        }
    }
    return input;
}

}  // namespace orrery::models
