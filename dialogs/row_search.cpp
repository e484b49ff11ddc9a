#include "dialogs/row_search.h"

#include <algorithm>

namespace cfs {
namespace {

bool holds(const TextRow& row, const wxString& lower) {
    return std::any_of(row.begin(), row.end(),
                       [&](const wxString& cell) { return cell.Lower().Contains(lower); });
}

}  // namespace

wxString text_of_rows(const std::vector<TextRow>& rows) {
    wxString text;
    for (const auto& row : rows) {
        for (std::size_t cell = 0; cell < row.size(); ++cell) {
            if (cell > 0) text += '\t';
            text += row[cell];
        }
        text += '\n';
    }
    return text;
}

int find_row(const std::vector<TextRow>& rows, const wxString& text, int from,
             SearchDirection direction) {
    const auto count = static_cast<int>(rows.size());
    if (count == 0 || text.empty()) return -1;
    const int step = direction == SearchDirection::next ? 1 : -1;
    const int start = from < 0 ? (step > 0 ? -1 : count) : from;
    const auto lower = text.Lower();
    for (int i = 1; i <= count; ++i) {
        const int row = ((start + i * step) % count + count) % count;
        if (holds(rows[static_cast<std::size_t>(row)], lower)) return row;
    }
    return -1;
}

}  // namespace cfs
