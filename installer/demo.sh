#!/usr/bin/env bash
# Builds Cloud Folder Sync, makes two demo clinics with invented patients, and shows them at work.
#
#   installer/demo.sh              on a desktop: starts the applet for the clinic "East";
#                                  without one: tells the story in the terminal
#   installer/demo.sh --terminal   in the terminal in any case
#   installer/demo.sh --yes        replaces an earlier demo without asking
#
# All it makes lies in ~/cloud-folder-sync-demo, or in the folder that CFS_DEMO_DIR names.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
programs=$root/build/release
demo=${CFS_DEMO_DIR:-$HOME/cloud-folder-sync-demo}
[[ $demo == /* ]] || demo=$PWD/$demo
demo=${demo%/}
marker=.made-by-cloud-folder-sync-demo

# What stops a subshell may stop its parent too, or pass there for another failure: the first message
# takes this folder away, and only it is printed.
untold=$(mktemp -d)
trap 'rmdir "$untold" 2>/dev/null || true' EXIT

die() {
    if rmdir "$untold" 2>/dev/null; then printf '\nThe demo stopped: %s\n' "$*" >&2; fi
    exit 1
}
trap 'die "a command failed in line $LINENO of demo.sh; its own message is above."' ERR
set -E

say() { printf '%s\n' "$*"; }

# say_command WORD...: so that it can be pasted into a shell.
say_command() {
    local word
    printf '   '
    for word in "$@"; do
        if [[ $word == *[!A-Za-z0-9_./=:-]* ]]; then
            printf ' "%s"' "$word"
        else
            printf ' %s' "$word"
        fi
    done
    printf '\n'
}

chapter() { printf '\n--- %s\n' "$*"; }

# expect WHAT ACTUAL EXPECTED: what the demo tells must be so.
expect() {
    [[ $2 == "$3" ]] || die "$1 should be \"$3\" and is \"$2\"."
}

# ---- the places -------------------------------------------------------------------------------

on_desktop() {
    ! $in_terminal && [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]
}

home_of() { printf '%s/%s' "$demo" "${1,,}"; }

# On the desktop both clinics look into one folder. In the terminal each has its own, and the demo
# plays the cloud client between them, because only so can the line be cut.
folder_of() {
    if on_desktop; then
        printf '%s/shared' "$demo"
    else
        printf '%s/folder' "$(home_of "$1")"
    fi
}

may_replace() {
    [[ -e $demo/$marker ]] || die "$demo exists and was not made by this demo. Name another with CFS_DEMO_DIR."
    if ! $assume_yes && [[ -t 0 ]]; then
        local answer
        read -r -p "Replace the demo in $demo? [y/N] " answer
        [[ $answer == [yY]* ]] || die "left $demo as it is."
    fi
}

# An applet that still runs for the old demo would write into the new one. The kernel keeps only
# the first 15 letters of a program's name.
applet_runs() {
    command -v pgrep >/dev/null && pgrep -a -x cloud-folder-sy | grep -qF -- "--state $demo/"
}

prepare_demo_folder() {
    ! applet_runs || die "the applet of an earlier demo still runs. Choose Quit in its menu first."
    if [[ -d $demo && -n $(ls -A "$demo") ]]; then
        may_replace
        rm -rf "$demo"
    fi
    mkdir -p "$demo"
    touch "$demo/$marker"
}

# ---- the clinics ------------------------------------------------------------------------------

# clinic SITE SQL: what the clinic's own program would do.
clinic() {
    sqlite3 -bail -cmd '.timeout 5000' -cmd 'PRAGMA foreign_keys = ON' \
        "$(home_of "$1")/clinic.sqlite" "$2"
}

make_clinics() {
    local site
    for site in East West; do
        mkdir -p "$(home_of "$site")" "$(folder_of "$site")"
    done
    cat "$root/tests/demo/demo_schema.sql" "$root/tests/demo/demo_clinic.sql" |
        sqlite3 -bail "$demo/east/clinic.sqlite"
    cp "$demo/east/clinic.sqlite" "$demo/west/clinic.sqlite"
}

# All that a clinic holds, without its local numbers.
contents() {
    clinic "$1" "
        SELECT 'patient', p.national_number, p.family_name, p.given_name, p.birth_date, p.sex,
               p.blood_group, p.phone, p.address, p.city, d.username, p.registered_on, p.notes
        FROM patient p LEFT JOIN doctor d ON d.doctor_id = p.family_doctor_id;
        SELECT 'visit', p.family_name, p.birth_date, d.username, v.visited_at, v.reason, v.findings,
               v.temperature_c, v.weight_kg, v.fee, f.visited_at
        FROM visit v JOIN patient p USING (patient_id) LEFT JOIN doctor d USING (doctor_id)
             LEFT JOIN visit f ON f.visit_id = v.follow_up_of;
        SELECT 'medication', p.family_name, p.birth_date, v.visited_at, m.drug_code, m.dose, m.unit,
               m.times_a_day, m.started_on, m.ended_on, d.username
        FROM medication m JOIN patient p USING (patient_id) LEFT JOIN visit v USING (visit_id)
             LEFT JOIN doctor d ON d.doctor_id = m.prescribed_by;
        SELECT 'allergy', p.family_name, p.birth_date, a.substance, a.severity, a.reaction, a.noted_on
        FROM allergy a JOIN patient p USING (patient_id);
        SELECT 'lab_result', p.family_name, p.birth_date, v.visited_at, l.test, l.value, l.unit,
               l.remark, l.taken_at
        FROM lab_result l JOIN visit v USING (visit_id) JOIN patient p USING (patient_id);
        SELECT 'document', p.family_name, p.birth_date, d.title, d.media_type, hex(d.content), d.added_on
        FROM document d JOIN patient p USING (patient_id);" | LC_ALL=C sort
}

expect_equal_clinics() {
    contents East >"$demo/east/contents.txt"
    contents West >"$demo/west/contents.txt"
    cmp -s "$demo/east/contents.txt" "$demo/west/contents.txt" ||
        die "the clinics differ: $(diff "$demo/east/contents.txt" "$demo/west/contents.txt" | cut -c1-200)"
}

# ---- the program ------------------------------------------------------------------------------

# cfsync SITE HIGHEST_STATUS ARGUMENT...
cfsync() {
    local site=$1 highest=$2 status=0
    shift 2
    "$programs/cfsync" --state "$(home_of "$site")/state" "$@" || status=$?
    ((status <= highest)) || die "at $site, cfsync $* ended with status $status."
}

enable() {
    cfsync "$1" 0 --database "sqlite3://$(home_of "$1")/clinic.sqlite" enable --site "$1" \
        --folder "$(folder_of "$1")" --mapping demo --logs --delete-conflicts
}

# figure FILE PATH: one value of a JSON report of cfsync.
figure() {
    (cd "$demo" && sqlite3 :memory: "SELECT json_extract(readfile('$1'), '\$.$2')")
}

# An open conflict makes the status 1.
sync_silently() {
    local errors
    cfsync "$1" 1 --json sync >"$demo/${1,,}/sync.json"
    errors=$(figure "${1,,}/sync.json" errors)
    expect "the list of errors of the sync at $1" "$errors" "[]"
}

sync_at() {
    local report=${1,,}/sync.json
    sync_silently "$1"
    say "$1 syncs: sent $(figure "$report" patients.exported) and took in" \
        "$(figure "$report" patients.imported) patients;" \
        "in its database $(figure "$report" rows.inserted) rows new" \
        "and $(figure "$report" rows.updated) changed."
}

conflicts_at() {
    cfsync "$1" 1 --json conflicts >"$demo/${1,,}/conflicts.json"
    (cd "$demo" && sqlite3 :memory: \
        "SELECT json_array_length(readfile('${1,,}/conflicts.json'), '\$.conflicts')")
}

# ---- a cloud client ---------------------------------------------------------------------------

# change SITE FILE: what happened to it at this site since both folders were last equal.
change() {
    local here cloud=$demo/cloud/$2
    here=$(folder_of "$1")/$2
    if [[ -e $here ]]; then
        if cmp -s "$here" "$cloud"; then echo same; else echo changed; fi
    elif [[ -e $cloud ]]; then
        echo gone
    else
        echo same
    fi
}

# put FROM TO FILE [NAME THERE]
put() {
    local target
    target=$(folder_of "$2")/${4:-$3}
    mkdir -p "$(dirname "$target")"
    cp -p "$(folder_of "$1")/$3" "$target"
}

# West came second: East's file stays, West's gets another name, as Dropbox would do it.
fork() {
    local copy
    copy="${1%.xml} (West's conflicted copy $(date +%Y-%m-%d)).xml"
    put West West "$1" "$copy"
    put West East "$1" "$copy"
    put East West "$1"
    say "The cloud client met two versions of one file and kept West's as \"${copy##*/}\"."
}

carry_file() {
    case "$(change East "$1")/$(change West "$1")" in
        changed/changed)
            cmp -s "$(folder_of East)/$1" "$(folder_of West)/$1" || fork "$1"
            ;;
        changed/*) put East West "$1" ;;
        */changed) put West East "$1" ;;
        gone/*) rm -f "$(folder_of West)/$1" ;;
        */gone) rm -f "$(folder_of East)/$1" ;;
    esac
}

files_of_folders() {
    local folder
    for folder in "$(folder_of East)" "$(folder_of West)" "$demo/cloud"; do
        (cd "$folder" && find . -type f ! -name '~cfs-*.tmp' -printf '%P\n')
    done | LC_ALL=C sort -u
}

# Makes the two folders equal.
carry() {
    local file
    mkdir -p "$demo/cloud"
    while IFS= read -r file; do
        carry_file "$file"
    done < <(files_of_folders)
    rm -rf "$demo/cloud"
    cp -a "$(folder_of East)" "$demo/cloud"
}

# As often as it takes that everything of both is everywhere.
sync_both() {
    sync_at East
    carry
    sync_at West
    carry
    sync_at East
    carry
}

# ---- the story --------------------------------------------------------------------------------

tell_start() {
    chapter "Two clinics"
    make_clinics
    say "East and West are two workplaces of one clinic. Until today each kept its own database;"
    say "both began as the same $(clinic East 'SELECT count(*) FROM patient') patients, in $demo."

    chapter "The first sync"
    cfsync East 0 --json init --folder "$(folder_of East)" --mapping demo >/dev/null
    enable East
    sync_at East
    expect "the number of patient files" \
        "$(find "$(folder_of East)/patients" -name '*.xml' | wc -l)" \
        "$(clinic East 'SELECT count(*) FROM patient')"
    say "Each patient now has a file in the sync folder."
    on_desktop || carry
    enable West
    sync_at West
    expect "the number of patients that West had to export" "$(figure west/sync.json patients.exported)" 0
    expect "the number of rows that were new at West" "$(figure west/sync.json rows.inserted)" 0
    say "West joined. It held the same patients, so nothing was doubled and nothing uploaded."
}

tell_edit() {
    chapter "An edit at East crosses to West"
    clinic East "UPDATE patient SET phone = '555-0199' WHERE family_name = 'Jansen'"
    say "East noted a new phone number of Pieter Jansen."
    sync_at East
    carry
    sync_at West
    expect "Jansen's phone at West" \
        "$(clinic West "SELECT phone FROM patient WHERE family_name = 'Jansen'")" 555-0199
    say "West has the new number."
    carry
}

# new_patient SITE FAMILY_NAME GIVEN_NAME REASON
new_patient() {
    clinic "$1" "
        INSERT INTO patient (family_name, given_name, birth_date, sex, registered_on)
        VALUES ('$2', '$3', '1994-02-18', 'F', date('now'));
        INSERT INTO visit (patient_id, doctor_id, visited_at, reason, fee)
        VALUES (last_insert_rowid(), 1, datetime('now'), '$4', 25);"
}

tell_new_patients() {
    local name reason site
    chapter "A new patient at each, under the same number"
    new_patient East Abarca Nuria 'Twisted ankle'
    new_patient West Zeman Tereza 'Sore throat'
    expect "the new patient's number at West" \
        "$(clinic West "SELECT patient_id FROM patient WHERE family_name = 'Zeman'")" \
        "$(clinic East "SELECT patient_id FROM patient WHERE family_name = 'Abarca'")"
    say "East registered Nuria Abarca, West registered Tereza Zeman; both databases numbered her" \
        "$(clinic East "SELECT max(patient_id) FROM patient")."
    sync_both
    for site in East West; do
        while read -r name reason; do
            expect "the visit of $name at $site" "$(clinic "$site" "
                SELECT group_concat(reason) FROM visit JOIN patient USING (patient_id)
                WHERE family_name = '$name'")" "$reason"
        done <<<$'Abarca Twisted ankle\nZeman Sore throat'
    done
    expect_equal_clinics
    say "Both clinics hold both patients, each with her own visit; each database gave the one" \
        "that came in a number of its own."
}

# dose_at SITE: of the medication that both edit.
dose_at() {
    clinic "$1" "SELECT dose || ' ' || unit || ', ' || times_a_day || ' times a day'
                 FROM medication JOIN patient USING (patient_id)
                 WHERE family_name = 'Bergström' AND drug_code = 'METF850'"
}

# prescribe SITE DOSE TIMES
prescribe() {
    clinic "$1" "UPDATE medication SET dose = $2, times_a_day = $3 WHERE drug_code = 'METF850'
                 AND patient_id = (SELECT patient_id FROM patient WHERE family_name = 'Bergström')"
    say "$1 prescribes: $(dose_at "$1")."
}

tell_conflict() {
    local copies
    chapter "One record edited at both, with the line cut"
    say "Åsa Bergström takes metformin, $(dose_at East)."
    prescribe East 1000 2
    prescribe West 500 3
    say "The internet is down: both sync, but nothing travels."
    sync_at East
    sync_at West
    say "The line is back."
    carry
    copies=$(find "$(folder_of West)" -name "*conflicted copy*" | wc -l)
    expect "the number of conflict copies" "$copies" 1

    sync_both
    expect "the dose at East" "$(dose_at East)" "$(dose_at West)"
    expect "the number of conflicts at East" "$(conflicts_at East)" 1
    expect "the number of conflicts at West" "$(conflicts_at West)" 1
    expect "the number of conflict copies that are left" \
        "$(find "$(folder_of East)" "$(folder_of West)" -name "*conflicted copy*" | wc -l)" 0
    say "Both clinics show the later prescription as a whole, $(dose_at East), and never a mixture."
    say "The other one is kept beside it until somebody decides. The conflict copy was read, and"
    say "deleted once all of it was safe. cfsync conflicts says at both:"
    cfsync East 1 conflicts | sed 's/^/    /'
}

tell_decision() {
    local id version
    chapter "A person decides"
    id=$(figure east/conflicts.json 'conflicts[0].id')
    expect "the name of the conflict at West" "$(figure west/conflicts.json 'conflicts[0].id')" "$id"
    version=$(cd "$demo" && sqlite3 :memory: "
        SELECT value ->> '\$.version'
        FROM json_each(readfile('east/conflicts.json'), '\$.conflicts[0].values')
        WHERE CAST(value ->> '\$.fields.dose' AS REAL) = 1000")
    [[ -n $version ]] || die "the conflict does not hold East's prescription."
    cfsync East 0 resolve "$id" --keep "$version"
    say "East's doctor asked the patient and keeps 1000 mg, 2 times a day."
    sync_both
    expect "the dose at East" "$(dose_at East)" "1000 mg, 2 times a day"
    expect "the dose at West" "$(dose_at West)" "1000 mg, 2 times a day"
    expect "the number of conflicts at East" "$(conflicts_at East)" 0
    expect "the number of conflicts at West" "$(conflicts_at West)" 0
    say "Settled at both."
}

tell_end() {
    local site
    chapter "In the end"
    expect_equal_clinics
    say "The two databases hold the same."
    sync_silently West
    carry
    for site in East West; do
        sync_at "$site"
        expect "the number of files that $site wrote with nothing to do" \
            "$(figure "${site,,}/sync.json" files.written)" 0
        cfsync "$site" 0 --json verify >"$demo/${site,,}/verify.json"
        expect "the number of differences at $site" \
            "$(cd "$demo" && sqlite3 :memory: "
                SELECT json_array_length(readfile('${site,,}/verify.json'), '\$.differences')")" 0
    done
    say "cfsync verify found $(figure east/verify.json patients) patients in" \
        "$(figure east/verify.json files) files, and no difference at either clinic."
    say
    say "All went as told. Look around in $demo:"
    say "each clinic's clinic.sqlite and folder, for instance with"
    say_command "$programs/cfsync" --state "$demo/east/state" log
}

tell_in_terminal() {
    tell_start
    tell_edit
    tell_new_patients
    tell_conflict
    tell_decision
    tell_end
}

start_applet() {
    tell_start
    clinic West "UPDATE patient SET phone = '555-0199' WHERE family_name = 'Jansen'"
    sync_at West

    chapter "The applet of East"
    say "West has just sent a new phone number of Pieter Jansen. The applet starts now: choose"
    say "Sync Now in the menu of its icon, then Latest Logs. To play West, in another terminal:"
    say_command sqlite3 "$demo/west/clinic.sqlite" "UPDATE patient SET city = 'Easton' WHERE patient_id = 1"
    say_command "$programs/cfsync" --state "$demo/west/state" sync
    say "Quit in the menu ends the applet."
    trap - ERR
    rmdir "$untold"
    exec "$programs/cloud-folder-sync" --state "$demo/east/state"
}

build_programs() {
    "$root/installer/setup-debian.sh"
    (cd "$root" && cmake --preset release && cmake --build --preset release --target "$@")
}

in_terminal=false
assume_yes=false
for argument in "$@"; do
    case $argument in
        --terminal) in_terminal=true ;;
        --yes) assume_yes=true ;;
        -h | --help)
            sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
            exit 0
            ;;
        *) die "unknown option $argument (see --help)." ;;
    esac
done

prepare_demo_folder
build_programs cfsync cloud-folder-sync
if on_desktop; then
    start_applet
else
    tell_in_terminal
fi
