/// ValuePtr: owns an object on the heap and copies it with itself.
///
/// What makes a run a value: a copy of the owner owns a copy of the object. An object with `clone()` is
/// copied by it (polymorphic types), any other by its copy constructor. May be empty.
#pragma once

#include <memory>
#include <utility>

namespace orrery {

template <class T>
class ValuePtr {
public:
    ValuePtr() = default;
    ValuePtr(std::unique_ptr<T> object) : object_(std::move(object)) {}
    ValuePtr(const ValuePtr& other) : object_(other.copy()) {}
    ValuePtr(ValuePtr&&) noexcept = default;
    ValuePtr& operator=(const ValuePtr& other) {
        if (this != &other) object_ = other.copy();
        return *this;
    }
    ValuePtr& operator=(ValuePtr&&) noexcept = default;
    ~ValuePtr() = default;

    T* get() const { return object_.get(); }
    T& operator*() const { return *object_; }
    T* operator->() const { return object_.get(); }
    explicit operator bool() const { return object_ != nullptr; }

    /// The object, made first if there is none.
    template <class... Args>
    T& ensure(Args&&... args) {
        if (!object_) object_ = std::make_unique<T>(std::forward<Args>(args)...);
        return *object_;
    }
    void reset() { object_.reset(); }

private:
    std::unique_ptr<T> copy() const {
        if (!object_) return nullptr;
        if constexpr (requires(const T& t) { t.clone(); })
            return object_->clone();
        else
            return std::make_unique<T>(*object_);
    }

    std::unique_ptr<T> object_;
};

}  // namespace orrery
