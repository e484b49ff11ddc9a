#include "core/clients/client_configs.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "core/model/hex.h"

namespace cfs {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const auto first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string_view unquoted(std::string_view text) {
    const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    return quoted ? text.substr(1, text.size() - 2) : text;
}

template <class Visit>
void for_each_setting(std::string_view text, Visit visit) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto equals = line.find('=');
        if (line.starts_with('#') || line.starts_with(';')) continue;
        if (equals == std::string_view::npos) continue;
        visit(trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
    }
}

void append_utf8(std::string& out, std::uint32_t code) {
    const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
    if (code < 0x80) return byte(code);
    if (code < 0x800) {
        byte(0xC0 | code >> 6);
    } else {
        byte(0xE0 | code >> 12);
        byte(0x80 | (code >> 6 & 0x3F));
    }
    byte(0x80 | (code & 0x3F));
}

int hex_digit(char c) {
    const bool capital = c >= 'A' && c <= 'F';
    return hex_value(capital ? static_cast<char>(c - 'A' + 'a') : c);
}

// What Qt writes for characters that are not ASCII: \xfc. Qt never writes a digit just behind one.
std::string without_escapes(std::string_view text) {
    constexpr int kMaxDigits = 4;
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        const char kind = text[++i];
        if (kind != 'x') {
            out += kind;
            continue;
        }
        std::uint32_t code = 0;
        for (int digits = 0; digits < kMaxDigits && i + 1 < text.size(); ++digits) {
            const int digit = hex_digit(text[i + 1]);
            if (digit < 0) break;
            code = code * 16 + static_cast<std::uint32_t>(digit);
            ++i;
        }
        append_utf8(out, code);
    }
    return out;
}

}  // namespace

std::vector<NamedFolder> dropbox_folders(std::string_view json) {
    std::vector<NamedFolder> folders;
    const auto root = nlohmann::json::parse(json, nullptr, false);
    if (!root.is_object()) return folders;
    for (const auto& account : root) {
        if (!account.is_object() || !account.contains("path")) continue;
        const auto& path = account["path"];
        if (path.is_string()) folders.push_back({path.get<std::string>(), {}});
    }
    return folders;
}

std::vector<NamedFolder> syncthing_folders(std::string_view xml) {
    std::vector<NamedFolder> folders;
    pugi::xml_document document;
    if (!document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8)) {
        return folders;
    }
    for (const auto& folder : document.child("configuration").children("folder")) {
        const std::string_view type = folder.attribute("type").as_string("sendreceive");
        // Older versions say readwrite.
        if (type != "sendreceive" && type != "readwrite") continue;
        folders.push_back({folder.attribute("path").value(), folder.attribute("label").value()});
    }
    return folders;
}

std::vector<NamedFolder> nextcloud_folders(std::string_view ini) {
    std::vector<NamedFolder> folders;
    for_each_setting(ini, [&](std::string_view name, std::string_view value) {
        if (!name.ends_with("\\localPath")) return;
        folders.push_back({without_escapes(unquoted(value)), {}});
    });
    return folders;
}

std::vector<NamedFolder> onedrive_folders(std::string_view config) {
    std::string path = "~/OneDrive";
    for_each_setting(config, [&](std::string_view name, std::string_view value) {
        if (name == "sync_dir") path = unquoted(value);
    });
    return {{path, {}}};
}

NamedFolder storage_name(std::string_view name) {
    const auto dash = std::min(name.find('-'), name.size());
    return {std::string(name.substr(0, dash)),
            std::string(name.substr(std::min(dash + 1, name.size())))};
}

}  // namespace cfs
