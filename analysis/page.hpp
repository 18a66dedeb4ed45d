/// The lines of a summary as they are put together; used by summary*.cpp only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "analysis/result.hpp"
#include "analysis/summary.hpp"

namespace orrery::analysis {

/// Columns of what stands before a bar or a number.
inline constexpr std::size_t summary_name_width = 22;

class Page {
public:
    explicit Page(Colour colour) : colour_(colour) {}

    /// Blanks at the end are dropped.
    void line(std::string_view text = {});
    /// A line that begins a part, with an empty line in front.
    void heading(std::string_view text);
    /// `text` in an ANSI "select graphic rendition" ("1" is bold), or as it is without colour.
    std::string painted(std::string_view text, std::string_view rendition) const;
    std::string take() { return std::move(text_); }

private:
    Colour colour_;
    std::string text_;
};

void add_nodes(Page& page, const Result& result);
void add_timeline(Page& page, const Result& result);
void add_effects(Page& page, const Result& result);

}  // namespace orrery::analysis
