// The sentence below a field that says what is wrong with it.
#pragma once

#include "dialogs/wrapped_text.h"

namespace cfs {

class FaultText : public WrappedText {
  public:
    explicit FaultText(wxWindow* parent);
};

}  // namespace cfs
