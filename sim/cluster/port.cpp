#include "sim/cluster/port.hpp"

#include <numeric>

#include "sim/base/check.hpp"

namespace orrery {

namespace {

constexpr std::uint64_t bit_nanoseconds = 8'000'000'000;  // bits in a byte times nanoseconds in a second
constexpr UnsignedWide all64 = std::numeric_limits<std::uint64_t>::max();

}  // namespace

Rate::Rate(std::int64_t bandwidth, std::optional<std::int64_t> queue_bytes) {
    ORRERY_CHECK(bandwidth >= 1, "a link has a bandwidth of " + std::to_string(bandwidth) + " bit/s");
    const std::uint64_t shared = std::gcd(bit_nanoseconds, static_cast<std::uint64_t>(bandwidth));
    numerator_ = bit_nanoseconds / shared;
    denominator_ = static_cast<std::uint64_t>(bandwidth) / shared;
    // A remainder below the denominator is added to the product.
    bytes_narrow_ = (std::numeric_limits<std::uint64_t>::max() - denominator_) / numerator_;
    if (!queue_bytes) return;
    ORRERY_CHECK(*queue_bytes >= 0, "a queue's limit is negative");
    const UnsignedWide limit = static_cast<UnsignedWide>(*queue_bytes) * numerator_;
    const UnsignedWide whole = limit / denominator_;
    if (whole > all64) return;  // longer than time itself: no limit
    limit_whole_ = static_cast<std::uint64_t>(whole);
    limit_rest_ = static_cast<std::uint64_t>(limit % denominator_);
}

bool Port::enter_wide(const Rate& rate, std::uint64_t bytes, Time now, Time& departure) {
    const std::int64_t at = now.time_since_epoch().count();
    const bool idle = busy_ < at;
    const std::int64_t start = idle ? at : busy_;
    const std::uint64_t carried = idle ? 0 : remainder_;
    const UnsignedWide total = static_cast<UnsignedWide>(bytes) * rate.numerator_ + carried;
    const UnsignedWide whole = total / rate.denominator_;
    const auto rest = static_cast<std::uint64_t>(total % rate.denominator_);
    const auto queued = static_cast<std::uint64_t>(start - at);
    const bool limited = rate.limit_whole_ != std::numeric_limits<std::uint64_t>::max();
    if (limited &&
        (whole + queued > rate.limit_whole_ || (whole + queued == rate.limit_whole_ && rest > rate.limit_rest_)))
        return false;
    count(bytes, queued + (carried != 0 ? 1 : 0));
    if (whole >= range_left(start)) {
        busy_ = std::numeric_limits<std::int64_t>::max();
        remainder_ = 0;
        departure = time_max;
        return true;
    }
    busy_ = start + static_cast<std::int64_t>(whole);
    remainder_ = rest;
    departure = Time(Duration(busy_ + (rest != 0 ? 1 : 0)));
    return true;
}

}  // namespace orrery
