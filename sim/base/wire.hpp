/// Messages on the wire: one list of fields gives size, encoding, decoding and fold.
///
/// A struct that travels (or is stored) names its fields once:
///
///     struct RequestVote {
///         std::uint64_t term = 0;
///         ProcessId candidate;
///         template <class Self, class Field>
///         static void fields(Self& self, Field&& field) { field(self.term); field(self.candidate); }
///     };
///
/// The format is fixed-width little-endian: integers and enums by their own width, bool and the tag of
/// an optional or a variant one byte, ids 4, times and durations 8, double 8 (its bits), strings and
/// vectors a 32-bit count before their items. `Filler` stands for content that the model never looks
/// into: it has a length on the wire and no bytes in memory. `wire_size` costs an addition per field.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"

namespace orrery {

/// Bytes that are carried but never read.
struct Filler {
    std::uint32_t size = 0;
    friend bool operator==(Filler, Filler) = default;
};

namespace wire_detail {

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVariant : std::false_type {};
template <class... T>
struct IsVariant<std::variant<T...>> : std::true_type {};
template <class T>
struct IsId : std::false_type {};
template <class Tag>
struct IsId<Id<Tag>> : std::true_type {};

template <class T>
concept HasFields = requires(T& t) {
    T::fields(t, [](auto&) {});
};

/// Calls `sink` with each scalar of `value` as an unsigned integer, and with each run of bytes.
template <class T, class Sink>
void walk(const T& value, Sink& sink) {
    if constexpr (std::is_same_v<T, double>) {
        sink.scalar(std::bit_cast<std::uint64_t>(value));
    } else if constexpr (std::is_enum_v<T>) {
        sink.scalar(static_cast<std::make_unsigned_t<std::underlying_type_t<T>>>(value));
    } else if constexpr (std::is_same_v<T, bool>) {
        sink.scalar(static_cast<std::uint8_t>(value ? 1 : 0));
    } else if constexpr (std::is_integral_v<T>) {
        sink.scalar(static_cast<std::make_unsigned_t<T>>(value));
    } else if constexpr (IsId<T>::value) {
        sink.scalar(value.value);
    } else if constexpr (std::is_same_v<T, RequestId> || std::is_same_v<T, Ticket>) {
        sink.scalar(value.value);
    } else if constexpr (std::is_same_v<T, Duration>) {
        sink.scalar(static_cast<std::uint64_t>(value.count()));
    } else if constexpr (std::is_same_v<T, Time>) {
        sink.scalar(static_cast<std::uint64_t>(value.time_since_epoch().count()));
    } else if constexpr (std::is_same_v<T, Filler>) {
        sink.scalar(value.size);
        sink.filler(value.size);
    } else if constexpr (std::is_same_v<T, std::string>) {
        sink.scalar(static_cast<std::uint32_t>(value.size()));
        sink.bytes(value.data(), value.size());
    } else if constexpr (IsVector<T>::value) {
        sink.scalar(static_cast<std::uint32_t>(value.size()));
        for (const auto& item : value) walk(item, sink);
    } else if constexpr (IsOptional<T>::value) {
        sink.scalar(static_cast<std::uint8_t>(value.has_value() ? 1 : 0));
        if (value) walk(*value, sink);
    } else if constexpr (IsVariant<T>::value) {
        sink.scalar(static_cast<std::uint8_t>(value.index()));
        std::visit([&](const auto& alternative) { walk(alternative, sink); }, value);
    } else {
        static_assert(HasFields<T>, "a type on the wire needs a static fields(self, field)");
        T::fields(value, [&](const auto& field) { walk(field, sink); });
    }
}

struct SizeSink {
    std::uint64_t size = 0;
    template <class U>
    void scalar(U) {
        size += sizeof(U);
    }
    void bytes(const char*, std::size_t count) { size += count; }
    void filler(std::size_t count) { size += count; }
};

struct EncodeSink {
    std::string& out;
    template <class U>
    void scalar(U value) {
        for (std::size_t i = 0; i < sizeof(U); ++i) out.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
    }
    void bytes(const char* data, std::size_t count) { out.append(data, count); }
    void filler(std::size_t count) { out.append(count, '\0'); }
};

struct FoldSink {
    std::uint64_t hash;
    template <class U>
    void scalar(U value) {
        hash = mix64(hash ^ static_cast<std::uint64_t>(value)) + golden_step;
    }
    void bytes(const char* data, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) scalar(static_cast<std::uint8_t>(data[i]));
    }
    void filler(std::size_t) {}
};

/// Reads what EncodeSink wrote; `failed` once anything is missing or out of range.
class Reader {
public:
    explicit Reader(std::span<const char> bytes) : bytes_(bytes) {}

    bool failed() const { return failed_; }
    bool at_end() const { return position_ == bytes_.size(); }

    template <class U>
    U scalar() {
        if (failed_ || bytes_.size() - position_ < sizeof(U)) {
            failed_ = true;
            return 0;
        }
        U value = 0;
        for (std::size_t i = 0; i < sizeof(U); ++i)
            value = static_cast<U>(
                value | static_cast<U>(static_cast<U>(static_cast<unsigned char>(bytes_[position_ + i])) << (8 * i)));
        position_ += sizeof(U);
        return value;
    }

    template <class T>
    void read(T& value) {
        if constexpr (std::is_same_v<T, double>) {
            value = std::bit_cast<double>(scalar<std::uint64_t>());
        } else if constexpr (std::is_enum_v<T>) {
            value = static_cast<T>(scalar<std::make_unsigned_t<std::underlying_type_t<T>>>());
        } else if constexpr (std::is_same_v<T, bool>) {
            const auto byte = scalar<std::uint8_t>();
            failed_ = failed_ || byte > 1;
            value = byte == 1;
        } else if constexpr (std::is_integral_v<T>) {
            value = static_cast<T>(scalar<std::make_unsigned_t<T>>());
        } else if constexpr (IsId<T>::value) {
            value.value = scalar<std::uint32_t>();
        } else if constexpr (std::is_same_v<T, RequestId> || std::is_same_v<T, Ticket>) {
            value.value = scalar<std::uint64_t>();
        } else if constexpr (std::is_same_v<T, Duration>) {
            value = Duration(static_cast<std::int64_t>(scalar<std::uint64_t>()));
        } else if constexpr (std::is_same_v<T, Time>) {
            value = Time(Duration(static_cast<std::int64_t>(scalar<std::uint64_t>())));
        } else if constexpr (std::is_same_v<T, Filler>) {
            value.size = scalar<std::uint32_t>();
            skip(value.size);
        } else if constexpr (std::is_same_v<T, std::string>) {
            const std::size_t count = scalar<std::uint32_t>();
            if (!has(count)) return;
            value.assign(bytes_.data() + position_, count);
            position_ += count;
        } else if constexpr (IsVector<T>::value) {
            const std::size_t count = scalar<std::uint32_t>();
            value.clear();
            // Items are read one at a time, so a forged count allocates no more than the bytes allow. Items without
            // bytes (Nothing) would be the exception: there may be no more of them than bytes in all.
            for (std::size_t i = 0; i < count && !failed_; ++i) {
                const std::size_t before = position_;
                read(value.emplace_back());
                failed_ = failed_ || (position_ == before && count > bytes_.size());
            }
        } else if constexpr (IsOptional<T>::value) {
            const auto byte = scalar<std::uint8_t>();
            failed_ = failed_ || byte > 1;
            value.reset();
            if (byte == 1 && !failed_) read(value.emplace());
        } else if constexpr (IsVariant<T>::value) {
            read_variant(value, scalar<std::uint8_t>(), std::make_index_sequence<std::variant_size_v<T>>{});
        } else {
            T::fields(value, [&](auto& field) { read(field); });
        }
    }

private:
    bool has(std::size_t count) {
        failed_ = failed_ || bytes_.size() - position_ < count;
        return !failed_;
    }
    void skip(std::size_t count) {
        if (has(count)) position_ += count;
    }
    template <class V, std::size_t... I>
    void read_variant(V& value, std::size_t index, std::index_sequence<I...>) {
        bool found = false;
        ((I == index ? (found = true, read(value.template emplace<I>())) : void()), ...);
        failed_ = failed_ || !found;
    }

    std::span<const char> bytes_;
    std::size_t position_ = 0;
    bool failed_ = false;
};

}  // namespace wire_detail

/// Bytes that `value` takes on the wire, without a header. Constant time for fixed-size structs.
template <class T>
std::uint64_t wire_size(const T& value) {
    wire_detail::SizeSink sink;
    wire_detail::walk(value, sink);
    return sink.size;
}

/// The encoding; `wire_size(value)` bytes long.
template <class T>
std::string encode(const T& value) {
    std::string out;
    out.reserve(wire_size(value));
    wire_detail::EncodeSink sink{out};
    wire_detail::walk(value, sink);
    return out;
}

/// The value that `bytes` encode, or nothing if they are no encoding of a T (too short, too long, a
/// tag out of range). Allocates no more than in proportion to `bytes`.
template <class T>
std::optional<T> decode(std::span<const char> bytes) {
    wire_detail::Reader reader(bytes);
    std::optional<T> value(std::in_place);
    reader.read(*value);
    if (reader.failed() || !reader.at_end()) value.reset();
    return value;
}

/// Folds every field of `value` into `hash`.
template <class T>
std::uint64_t fold(std::uint64_t hash, const T& value) {
    wire_detail::FoldSink sink{hash};
    wire_detail::walk(value, sink);
    return sink.hash;
}

}  // namespace orrery
