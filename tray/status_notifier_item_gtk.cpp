#include "tray/status_notifier_item_gtk.h"

#include <wx/image.h>

#include "dialogs/icons.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

constexpr const char* kPath = "/StatusNotifierItem";
constexpr const char* kTitle = "Cloud Folder Sync";
constexpr int kSizes[] = {16, 22, 24, 32, 48};
constexpr int kRegisterMs = 2'000;

constexpr const char* kXml = R"xml(<node><interface name="org.kde.StatusNotifierItem">
<property name="Category" type="s" access="read"/>
<property name="Id" type="s" access="read"/>
<property name="Title" type="s" access="read"/>
<property name="Status" type="s" access="read"/>
<property name="WindowId" type="i" access="read"/>
<property name="IconName" type="s" access="read"/>
<property name="IconThemePath" type="s" access="read"/>
<property name="IconPixmap" type="a(iiay)" access="read"/>
<property name="IconAccessibleDesc" type="s" access="read"/>
<property name="OverlayIconName" type="s" access="read"/>
<property name="OverlayIconPixmap" type="a(iiay)" access="read"/>
<property name="AttentionIconName" type="s" access="read"/>
<property name="AttentionIconPixmap" type="a(iiay)" access="read"/>
<property name="AttentionMovieName" type="s" access="read"/>
<property name="AttentionAccessibleDesc" type="s" access="read"/>
<property name="ToolTip" type="(sa(iiay)ss)" access="read"/>
<property name="ItemIsMenu" type="b" access="read"/>
<property name="Menu" type="o" access="read"/>
<method name="ContextMenu"><arg type="i" direction="in"/><arg type="i" direction="in"/></method>
<method name="Activate"><arg type="i" direction="in"/><arg type="i" direction="in"/></method>
<method name="SecondaryActivate"><arg type="i" direction="in"/><arg type="i" direction="in"/>
</method>
<method name="Scroll"><arg type="i" direction="in"/><arg type="s" direction="in"/></method>
<signal name="NewTitle"/><signal name="NewIcon"/><signal name="NewAttentionIcon"/>
<signal name="NewOverlayIcon"/><signal name="NewToolTip"/>
<signal name="NewStatus"><arg type="s"/></signal>
</interface></node>)xml";

// wxWidgets 3.2.2 gives a drawing's colours multiplied by their alpha, so none is above it. Shown
// as they are they would make a dark rim.
bool multiplied(const wxImage& image, std::size_t count) {
    for (std::size_t i = 0; i < 3 * count; ++i) {
        if (image.GetData()[i] > image.GetAlpha()[i / 3]) return false;
    }
    return true;
}

// ARGB in network byte order, the colours not multiplied.
GVariant* pixels_of(wxImage image) {
    if (!image.HasAlpha()) image.InitAlpha();
    const auto count = static_cast<std::size_t>(image.GetWidth() * image.GetHeight());
    const bool divide = multiplied(image, count);
    std::string bytes;
    bytes.reserve(count * 4);
    for (std::size_t i = 0; i < count; ++i) {
        const int alpha = image.GetAlpha()[i];
        bytes += static_cast<char>(alpha);
        for (std::size_t c = 0; c < 3; ++c) {
            const int colour = image.GetData()[3 * i + c];
            bytes += static_cast<char>(divide && alpha > 0 ? colour * 255 / alpha : colour);
        }
    }
    return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes.data(), bytes.size(), 1);
}

GVariant* no_pixmaps() { return g_variant_new_array(G_VARIANT_TYPE("(iiay)"), nullptr, 0); }

}  // namespace

StatusNotifierItem::StatusNotifierItem(Bus bus, const std::string& watcher, CommandHandler handler)
    : bus_(std::move(bus)),
      handler_(std::move(handler)),
      menu_(bus_.get(), handler_),
      object_(
          bus_.get(), kPath, kXml,
          [this](const std::string& method, GVariant*) { return answer(method); },
          [this](const std::string& name) { return property(name); }) {
    const BusMethod enrol = {watcher.c_str(), kWatcherPath, kWatcher, "RegisterStatusNotifierItem",
                             kRegisterMs};
    call(bus_.get(), enrol, g_variant_new("(s)", g_dbus_connection_get_unique_name(bus_.get())));
}

// A panel that asked for the end of the program waits for the answer to its click.
StatusNotifierItem::~StatusNotifierItem() {
    g_dbus_connection_flush_sync(bus_.get(), nullptr, nullptr);
}

void StatusNotifierItem::show(const TrayView& view) {
    const auto before = std::exchange(view_, view);
    menu_.show(menu_of(view));
    if (before.icon != view.icon || before.frame != view.frame) {
        object_.emit("NewIcon");
        object_.emit("NewAttentionIcon");
        object_.emit("NewStatus", g_variant_new("(s)", status()));
    }
    if (before.tooltip != view.tooltip) object_.emit("NewToolTip");
}

const char* StatusNotifierItem::status() const {
    const bool waits = view_.icon == IconState::attention || view_.icon == IconState::error;
    return waits ? "NeedsAttention" : "Active";
}

GVariant* StatusNotifierItem::pixmaps() const {
    GVariantBuilder all;
    g_variant_builder_init(&all, G_VARIANT_TYPE("a(iiay)"));
    const auto bundle = icon_bitmap(icon_name(view_.icon, view_.frame));
    for (const int size : kSizes) {
        const auto image = bundle.GetBitmap(wxSize(size, size)).ConvertToImage();
        g_variant_builder_add(&all, "(ii@ay)", size, size, pixels_of(image));
    }
    return g_variant_builder_end(&all);
}

// Panels read the description as markup.
GVariant* StatusNotifierItem::tooltip() const {
    const std::unique_ptr<char, decltype(&g_free)> text(
        g_markup_escape_text(view_.tooltip.AfterFirst('\n').utf8_str(), -1), g_free);
    return g_variant_new("(s@a(iiay)ss)", "", no_pixmaps(), kTitle, text.get());
}

GVariant* StatusNotifierItem::property(const std::string& name) const {
    if (name == "Category") return g_variant_new_string("ApplicationStatus");
    if (name == "Id") return g_variant_new_string("cloud-folder-sync");
    if (name == "Title") return g_variant_new_string(kTitle);
    if (name == "Status") return g_variant_new_string(status());
    if (name == "WindowId") return g_variant_new_int32(0);
    // Some panels show the second alone while the item needs attention.
    if (name == "IconPixmap" || name == "AttentionIconPixmap") return pixmaps();
    if (name == "OverlayIconPixmap") return no_pixmaps();
    if (name == "IconAccessibleDesc" || name == "AttentionAccessibleDesc") {
        return g_variant_new_string(view_.tooltip.utf8_str());
    }
    if (name == "ToolTip") return tooltip();
    if (name == "ItemIsMenu") return g_variant_new_boolean(FALSE);
    if (name == "Menu") return g_variant_new_object_path(DbusMenu::kPath);
    return g_variant_new_string("");
}

// A panel that can't show the menu itself asks us to; the window has the same entries.
GVariant* StatusNotifierItem::answer(const std::string& method) const {
    if (method == "Activate" || method == "ContextMenu") handler_({Action::show_status, {}});
    return nullptr;
}

}  // namespace cfs
