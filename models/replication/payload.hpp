/// Payload: the content of a command, shared by all copies.
///
/// A command is copied into logs, messages and disks many times and never changes, so its bytes are
/// kept once and counted by reference; a copy costs no allocation. A payload that nobody reads is a
/// `Filler`: a length without bytes. On the wire it is a tag byte, a 32-bit length and the content,
/// as `std::variant<Filler, std::string>` would be.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "sim/base/wire.hpp"

namespace orrery::models {

class Payload {
public:
    /// No content: a filler of length zero.
    Payload() = default;
    explicit Payload(Filler filler) : filler_(filler) {}
    explicit Payload(std::string bytes) : bytes_(std::make_shared<const std::string>(std::move(bytes))) {}

    std::uint64_t size() const { return bytes_ ? bytes_->size() : filler_.size; }
    /// The bytes; null for a filler.
    const std::string* bytes() const { return bytes_.get(); }

    /// Equal in content and kind: a filler never equals bytes.
    friend bool operator==(const Payload& left, const Payload& right) {
        if (!left.bytes_ || !right.bytes_) return left.bytes_ == right.bytes_ && left.filler_ == right.filler_;
        return left.bytes_ == right.bytes_ || *left.bytes_ == *right.bytes_;
    }

    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        if constexpr (std::is_const_v<Self>) {
            const std::uint8_t tag = self.bytes_ ? 1 : 0;
            field(tag);
            if (self.bytes_) {
                field(*self.bytes_);
            } else {
                field(self.filler_);
            }
        } else {
            std::variant<Filler, std::string> content;
            field(content);
            self = std::visit([](auto& alternative) { return Payload(std::move(alternative)); }, content);
        }
    }

private:
    std::shared_ptr<const std::string> bytes_;
    Filler filler_;
};

}  // namespace orrery::models
