// The rows of a table as text, and finding a text in them. No window.
#pragma once

#include <wx/string.h>

#include <vector>

namespace cfs {

using TextRow = std::vector<wxString>;

// The cells of a row side by side with tabs, a row a line.
[[nodiscard]] wxString text_of_rows(const std::vector<TextRow>& rows);

enum class SearchDirection { next, previous };

// The row after `from` (or before it) of which a cell has `text` in it, capital or small; goes on
// at the other end, so `from` itself comes last. -1: none. `from` is -1 where no row is chosen.
[[nodiscard]] int find_row(const std::vector<TextRow>& rows, const wxString& text, int from,
                           SearchDirection direction);

}  // namespace cfs
