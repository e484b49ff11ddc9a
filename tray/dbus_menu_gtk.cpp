#include "tray/dbus_menu_gtk.h"

#include <wx/app.h>

#include <algorithm>

namespace cfs {
namespace {

constexpr int kRoot = 0;

constexpr const char* kXml = R"xml(<node><interface name="com.canonical.dbusmenu">
<property name="Version" type="u" access="read"/>
<property name="Status" type="s" access="read"/>
<property name="TextDirection" type="s" access="read"/>
<property name="IconThemePath" type="as" access="read"/>
<method name="GetLayout"><arg type="i" direction="in"/><arg type="i" direction="in"/>
<arg type="as" direction="in"/><arg type="u" direction="out"/>
<arg type="(ia{sv}av)" direction="out"/></method>
<method name="GetGroupProperties"><arg type="ai" direction="in"/><arg type="as" direction="in"/>
<arg type="a(ia{sv})" direction="out"/></method>
<method name="GetProperty"><arg type="i" direction="in"/><arg type="s" direction="in"/>
<arg type="v" direction="out"/></method>
<method name="Event"><arg type="i" direction="in"/><arg type="s" direction="in"/>
<arg type="v" direction="in"/><arg type="u" direction="in"/></method>
<method name="EventGroup"><arg type="a(isvu)" direction="in"/>
<arg type="ai" direction="out"/></method>
<method name="AboutToShow"><arg type="i" direction="in"/><arg type="b" direction="out"/></method>
<method name="AboutToShowGroup"><arg type="ai" direction="in"/><arg type="ai" direction="out"/>
<arg type="ai" direction="out"/></method>
<signal name="ItemsPropertiesUpdated"><arg type="a(ia{sv})"/><arg type="a(ias)"/></signal>
<signal name="LayoutUpdated"><arg type="u"/><arg type="i"/></signal>
</interface></node>)xml";

// The mnemonic's mark is "&" in wxWidgets and "_" here.
std::string label_of(const wxString& label) {
    wxString text;
    for (std::size_t i = 0; i < label.size(); ++i) {
        if (label[i] == '_') {
            text += "__";
        } else if (label[i] != '&') {
            text += label[i];
        } else if (i + 1 < label.size() && label[i + 1] == '&') {
            text += label[i++];
        } else {
            text += '_';
        }
    }
    return text.utf8_string();
}

bool same_shape(const Menu& a, const Menu& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.command == y.command && x.label.empty() == y.label.empty() &&
               same_shape(x.children, y.children);
    });
}

GVariant* no_ids() { return g_variant_new_array(G_VARIANT_TYPE_INT32, nullptr, 0); }

}  // namespace

DbusMenu::DbusMenu(GDBusConnection* bus, CommandHandler handler)
    : handler_(std::move(handler)),
      object_(
          bus, kPath, kXml,
          [this](const auto& method, GVariant* arguments) { return answer(method, arguments); },
          property) {
    items_[kRoot];
}

// A menu of the same shape keeps its numbers, so that it may stay open; another one gets numbers
// that were never used, so that a late click can't hit a wrong entry.
void DbusMenu::show(const Menu& menu) {
    if (menu == menu_) return;
    const bool same = same_shape(menu, menu_);
    if (!same) last_before_ = last_id_;
    last_id_ = last_before_;
    menu_ = menu;
    items_.clear();
    index(kRoot, menu_);
    if (same) return tell_properties();
    object_.emit("LayoutUpdated", g_variant_new("(ui)", ++revision_, kRoot));
}

void DbusMenu::index(int parent, const Menu& menu) {
    items_[parent];
    for (const auto& entry : menu) {
        const int id = ++last_id_;
        items_[parent].children.push_back(id);
        items_[id].entry = &entry;
        index(id, entry.children);
    }
}

void DbusMenu::tell_properties() {
    GVariantBuilder changed;
    g_variant_builder_init(&changed, G_VARIANT_TYPE("a(ia{sv})"));
    for (const auto& [id, item] : items_) {
        if (item.entry) g_variant_builder_add(&changed, "(i@a{sv})", id, properties(id));
    }
    object_.emit("ItemsPropertiesUpdated",
                 g_variant_new("(a(ia{sv})@a(ias))", &changed,
                               g_variant_new_array(G_VARIANT_TYPE("(ias)"), nullptr, 0)));
}

GVariant* DbusMenu::properties(int id) const {
    GVariantBuilder all;
    g_variant_builder_init(&all, G_VARIANT_TYPE_VARDICT);
    const auto add = [&](const char* name, GVariant* value) {
        g_variant_builder_add(&all, "{sv}", name, value);
    };
    const auto found = items_.find(id);
    if (found == items_.end()) return g_variant_builder_end(&all);
    const auto* entry = found->second.entry;
    if (!found->second.children.empty()) add("children-display", g_variant_new_string("submenu"));
    if (entry && entry->label.empty()) add("type", g_variant_new_string("separator"));
    if (entry && !entry->label.empty()) {
        add("label", g_variant_new_string(label_of(entry->label).c_str()));
        add("enabled", g_variant_new_boolean(entry->enabled));
    }
    return g_variant_builder_end(&all);
}

// `depth` levels below `id`, all of them where it is negative.
GVariant* DbusMenu::layout(int id, int depth) const {
    GVariantBuilder children;
    g_variant_builder_init(&children, G_VARIANT_TYPE("av"));
    const auto found = items_.find(id);
    if (found != items_.end() && depth != 0) {
        for (const int child : found->second.children) {
            g_variant_builder_add(&children, "v", layout(child, depth - 1));
        }
    }
    return g_variant_new("(i@a{sv}av)", id, properties(id), &children);
}

GVariant* DbusMenu::answer(const std::string& method, GVariant* arguments) {
    if (method == "GetLayout") {
        gint32 id = 0, depth = 0;
        g_variant_get_child(arguments, 0, "i", &id);
        g_variant_get_child(arguments, 1, "i", &depth);
        return g_variant_new("(u@(ia{sv}av))", revision_, layout(id, depth));
    }
    if (method == "GetGroupProperties") return group_properties(arguments);
    if (method == "GetProperty") return one_property(arguments);
    if (method == "AboutToShow") return g_variant_new("(b)", FALSE);
    if (method == "AboutToShowGroup") return g_variant_new("(@ai@ai)", no_ids(), no_ids());
    if (method == "EventGroup") {
        event_group(arguments);
        return g_variant_new("(@ai)", no_ids());
    }
    gint32 id = 0;
    const char* kind = nullptr;
    g_variant_get_child(arguments, 0, "i", &id);
    g_variant_get_child(arguments, 1, "&s", &kind);
    event(id, kind);
    return nullptr;
}

// An empty list of numbers asks for all.
GVariant* DbusMenu::group_properties(GVariant* arguments) const {
    const Variant wanted(g_variant_get_child_value(arguments, 0));
    gsize count = 0;
    const auto* ids =
        static_cast<const gint32*>(g_variant_get_fixed_array(wanted.get(), &count, sizeof(gint32)));
    GVariantBuilder result;
    g_variant_builder_init(&result, G_VARIANT_TYPE("a(ia{sv})"));
    for (const auto& [id, item] : items_) {
        if (count != 0 && std::find(ids, ids + count, id) == ids + count) continue;
        g_variant_builder_add(&result, "(i@a{sv})", id, properties(id));
    }
    return g_variant_new("(a(ia{sv}))", &result);
}

GVariant* DbusMenu::one_property(GVariant* arguments) const {
    gint32 id = 0;
    const char* name = nullptr;
    g_variant_get(arguments, "(i&s)", &id, &name);
    const Variant all(g_variant_ref_sink(properties(id)));
    const Variant value(g_variant_lookup_value(all.get(), name, nullptr));
    return g_variant_new("(v)", value ? value.get() : g_variant_new_string(""));
}

void DbusMenu::event(int id, const std::string& kind) {
    const auto found = items_.find(id);
    if (kind != "clicked" || found == items_.end() || !found->second.entry) return;
    const auto& entry = *found->second.entry;
    if (entry.command && entry.enabled) handler_(*entry.command);
}

void DbusMenu::event_group(GVariant* arguments) {
    const Variant events(g_variant_get_child_value(arguments, 0));
    for (gsize i = 0; i < g_variant_n_children(events.get()); ++i) {
        const Variant one(g_variant_get_child_value(events.get(), i));
        gint32 id = 0;
        const char* kind = nullptr;
        g_variant_get_child(one.get(), 0, "i", &id);
        g_variant_get_child(one.get(), 1, "&s", &kind);
        event(id, kind);
    }
}

GVariant* DbusMenu::property(const std::string& name) {
    if (name == "Version") return g_variant_new_uint32(3);
    if (name == "Status") return g_variant_new_string("normal");
    if (name == "TextDirection") {
        const bool left = wxTheApp->GetLayoutDirection() != wxLayout_RightToLeft;
        return g_variant_new_string(left ? "ltr" : "rtl");
    }
    return g_variant_new_strv(nullptr, 0);
}

}  // namespace cfs
