#include "core/engine/sync_report.h"

namespace cfs {

std::string_view name_of(SyncResult result) {
    switch (result) {
        case SyncResult::ok:
            return "ok";
        case SyncResult::attention:
            return "attention";
        case SyncResult::refused:
            return "refused";
        case SyncResult::failed:
            return "failed";
        case SyncResult::busy:
            return "busy";
        case SyncResult::cancelled:
            return "cancelled";
    }
    return "failed";
}

std::string_view name_of(SyncTrigger trigger) {
    switch (trigger) {
        case SyncTrigger::manual:
            return "manual";
        case SyncTrigger::scheduled:
            return "scheduled";
        case SyncTrigger::command_line:
            return "command_line";
    }
    return "manual";
}

}  // namespace cfs
