#!/usr/bin/env bash
# Brings the template and every catalogue up to date with the texts in the sources.
#
#   dialogs/translations/update.sh                  writes cloud-folder-sync.pot and all .po files
#   dialogs/translations/update.sh --template FILE  only writes the template, to FILE
#
# What it writes depends on the texts and the names of their files alone: no dates, no line numbers.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
template=$here/cloud-folder-sync.pot
template_only=false
if [[ ${1:-} == --template ]]; then
    template=$(realpath -m "$2")
    template_only=true
fi

# wxString::Format checks what `_` and wxPLURAL give it; the core numbers its places: {1}.
options=(
    --language=C++ --from-code=UTF-8 --sort-by-file --add-location=file --add-comments=TRANSLATORS:
    --keyword --keyword=_ --keyword=wxTRANSLATE "--keyword=wxPLURAL:1,2"
    "--keyword=wxGETTEXT_IN_CONTEXT:1c,2"
    --keyword=counted:1,2 --keyword=add_count:2,3
    --keyword=said:1 --keyword=ToSay:1 --keyword=Words:1 "--keyword=said_of:2,3"
    --flag=Format:1:c-format --flag=_:1:pass-c-format
    --flag=counted:1:c-format --flag=counted:2:c-format
    --flag=add_count:2:c-format --flag=add_count:3:c-format
    --flag=wxPLURAL:1:pass-c-format --flag=wxPLURAL:2:pass-c-format
    --flag=said:1:no-c-format --flag=Words:1:no-c-format --flag=said_of:2:no-c-format --flag=said_of:3:no-c-format
    --package-name=cloud-folder-sync --copyright-holder="Cloud Folder Sync's authors"
)

extracted=$(mktemp -d)
trap 'rm -r "$extracted"' EXIT
(
    cd "$root"
    find core dialogs tray \( -name '*.cpp' -o -name '*.h' \) | LC_ALL=C sort >"$extracted/files"
    xgettext "${options[@]}" --files-from="$extracted/files" --output="$extracted/template"
)
sed -e '/^"POT-Creation-Date:/d' -e 's/charset=CHARSET/charset=UTF-8/' \
    -e '1s/.*/# The texts of Cloud Folder Sync. Written by update.sh; translations are in the .po files./' \
    -e '2,4d' "$extracted/template" >"$template"
$template_only && exit 0

for catalogue in "$here"/*.po; do
    msgmerge --quiet --no-fuzzy-matching --add-location=file --output-file="$extracted/catalogue" \
        "$catalogue" "$template"
    msgattrib --no-obsolete --add-location=file --output-file="$catalogue" "$extracted/catalogue"
done
