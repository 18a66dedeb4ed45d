#include "sim/base/parameter.hpp"

#include "sim/base/check.hpp"

namespace orrery {

namespace {

template <class T>
const T& as(const Value& value, std::string_view name) {
    const T* held = std::get_if<T>(&value);
    ORRERY_CHECK(held != nullptr,
                 "parameter " + std::string(name) + " is read as another type than its table declares");
    return *held;
}

}  // namespace

const Value& Settings::at(std::string_view name) const {
    const auto found = values_.find(name);
    ORRERY_CHECK(found != values_.end(), "parameter " + std::string(name) + " has no value");
    return found->second;
}

std::int64_t Settings::integer(std::string_view name) const {
    return as<std::int64_t>(at(name), name);
}
double Settings::real(std::string_view name) const {
    return as<double>(at(name), name);
}
Duration Settings::duration(std::string_view name) const {
    return as<Duration>(at(name), name);
}
bool Settings::flag(std::string_view name) const {
    return as<bool>(at(name), name);
}
const std::string& Settings::text(std::string_view name) const {
    return as<std::string>(at(name), name);
}
const std::vector<std::string>& Settings::list(std::string_view name) const {
    return as<std::vector<std::string>>(at(name), name);
}

const Choice* Settings::child(std::string_view name) const {
    const auto found = children_.find(name);
    return found == children_.end() || found->second.empty() ? nullptr : &found->second.front();
}

const std::vector<Choice>& Settings::items(std::string_view name) const {
    static const std::vector<Choice> none;
    const auto found = children_.find(name);
    return found == children_.end() ? none : found->second;
}

Position Settings::where(std::string_view name) const {
    const auto found = positions_.find(name);
    return found == positions_.end() ? where_ : found->second;
}

void Settings::set(std::string name, Value value, Position where) {
    positions_[name] = where;
    values_[std::move(name)] = std::move(value);
}

void Settings::add(std::string child, Choice choice, Position where) {
    positions_.emplace(child, where);
    children_[std::move(child)].push_back(std::move(choice));
}

}  // namespace orrery
