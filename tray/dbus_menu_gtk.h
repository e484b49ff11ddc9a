// The menu as panels read it: com.canonical.dbusmenu on the session's bus.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tray/menu.h"
#include "tray/session_bus_gtk.h"

namespace cfs {

class DbusMenu {
  public:
    static constexpr const char* kPath = "/MenuBar";

    // `bus` must outlive this.
    DbusMenu(GDBusConnection* bus, CommandHandler handler);

    void show(const Menu& menu);

  private:
    struct Item {
        const MenuEntry* entry = nullptr;  // the root has none
        std::vector<int> children;
    };

    void index(int parent, const Menu& menu);
    void tell_properties();
    [[nodiscard]] GVariant* properties(int id) const;
    [[nodiscard]] GVariant* layout(int id, int depth) const;
    [[nodiscard]] GVariant* answer(const std::string& method, GVariant* arguments);
    [[nodiscard]] GVariant* group_properties(GVariant* arguments) const;
    [[nodiscard]] GVariant* one_property(GVariant* arguments) const;
    void event(int id, const std::string& kind);
    void event_group(GVariant* arguments);
    [[nodiscard]] static GVariant* property(const std::string& name);

    CommandHandler handler_;
    Menu menu_;
    std::map<int, Item> items_;
    int last_id_ = 0;
    int last_before_ = 0;  // the last number of the menus before this one
    guint revision_ = 1;
    OwnObject object_;  // last: it uses all of the above
};

}  // namespace cfs
