#include "dialogs/assistant/first_sync.h"

namespace cfs {

void FirstSync::enable() {
    auto options = choices_.options;
    options.auto_sync = false;
    try {
        start_folder();
        service_.enable(
            {choices_.connection, choices_.site, choices_.folder, choices_.mapping, options});
        enabled_ = true;
    } catch (...) {
        const auto error = std::current_exception();
        clear_up();
        std::rethrow_exception(error);
    }
}

// Why it failed is what the person must know, not what can't be taken back now.
void FirstSync::clear_up() {
    try {
        // Enabling may have come half-way. What another workstation enabled is that one's.
        if (!choices_.database.enabled) service_.take_back_enabling(choices_.connection);
    } catch (const Error&) {
    }
    try {
        take_back_folder();
    } catch (const Error&) {
    }
}

void FirstSync::start_folder() {
    if (choices_.use == FolderUse::join) return;
    if (choices_.use == FolderUse::make_and_start) {
        SyncService::make_folder(choices_.folder);
        made_ = true;
    }
    service_.init_folder(choices_.folder, choices_.mapping);
    begun_ = true;
}

void FirstSync::preview() {
    overlap_ = service_.compare_patients(choices_.connection);
    run(true);
}

void FirstSync::sync() {
    synced_ = true;
    run(false);
    apply_options();  // here, since the program may be ended before anybody hears of the sync's end
}

void FirstSync::run(bool preview) {
    progress_.reset();
    SyncRequest request;
    request.preview = preview;
    report_ = service_.sync(choices_.connection, request, progress_, new_stop());
}

std::stop_token FirstSync::new_stop() {
    const std::lock_guard guard(mutex_);
    stop_ = std::stop_source();
    return stop_.get_token();
}

void FirstSync::take_back() {
    service_.take_back_enabling(choices_.connection);
    enabled_ = false;
    take_back_folder();
}

void FirstSync::take_back_folder() {
    if (begun_ || made_) SyncService::take_back_folder(choices_.folder, made_);
    begun_ = made_ = false;
}

void FirstSync::apply_options() { service_.change_options(choices_.connection, choices_.options); }

void FirstSync::stop() {
    const std::lock_guard guard(mutex_);
    stop_.request_stop();
}

// One that another workstation enabled is that one's too.
bool FirstSync::can_take_back() const { return !synced_ && !choices_.database.enabled; }

}  // namespace cfs
