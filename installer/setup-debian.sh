#!/usr/bin/env bash
# Installs the Debian packages that Cloud Folder Sync needs: the one place where they are listed.
#
#   installer/setup-debian.sh           to build and run it
#   installer/setup-debian.sh --tests   to run all its tests as well
#   installer/setup-debian.sh --panels  to try the icon on GNOME's panel as well
#   installer/setup-debian.sh --windows to build it for Windows as well (installer/windows/build.sh)
#   installer/setup-debian.sh --list    only prints the names (with the others: of all)
set -euo pipefail

build_packages=(
    g++ cmake ninja-build ccache pkg-config git ca-certificates
    libwxgtk3.2-dev libgtk-3-dev gettext cmark-gfm
    libsoci-dev libsqlite3-dev libmariadb-dev libpq-dev
    libpugixml-dev libboost-dev libboost-filesystem-dev libsodium-dev libgcrypt20-dev
    libcli11-dev nlohmann-json3-dev libsecret-1-dev
    # Configuring looks for it, whether or not the tests are built.
    catch2
    sqlite3 adwaita-icon-theme librsvg2-common fonts-dejavu-core
)
test_packages=(
    # Checks, sanitizers, fuzzing, coverage
    clang clang-format libclang-rt-dev gcovr libxml2-utils shellcheck
    # Real cloud clients and database servers
    syncthing rclone unison mariadb-server-core mariadb-client postgresql
    # A desktop without a screen
    xvfb xauth openbox trayer xfce4-panel dunst libnotify-bin xdotool wmctrl x11-utils imagemagick
    sway waybar grim
    gnome-keyring dbus dbus-daemon libglib2.0-bin at-spi2-core python3 python3-gi gir1.2-atspi-2.0 python3-dbus
    python3-dbusmock fonts-vlgothic
)
panel_packages=(gnome-shell gnome-shell-extension-appindicator)
windows_packages=(
    g++-mingw-w64-x86-64-posix dpkg-dev make tcl autoconf automake libtool wine64
    libgcrypt-mingw-w64-dev
)

attempts=6
lock_timeout_s=300

die() {
    echo "setup-debian.sh: $*" >&2
    exit 1
}

is_installed() {
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "installing packages needs root, and there is no sudo here. As root, run: $command_line"
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q \
        -o DPkg::Lock::Timeout="$lock_timeout_s" -o Acquire::Retries=3 "$@" </dev/null
}

command_line="$0 $*"
wanted=("${build_packages[@]}")
list_only=false
for argument in "$@"; do
    case $argument in
        --tests) wanted+=("${test_packages[@]}") ;;
        --panels) wanted+=("${panel_packages[@]}") ;;
        --windows) wanted+=("${windows_packages[@]}") ;;
        --list) list_only=true ;;
        -h | --help)
            sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
            exit 0
            ;;
        *) die "unknown option $argument (see --help)" ;;
    esac
done

if $list_only; then
    printf '%s\n' "${wanted[@]}"
    exit 0
fi

command -v apt-get >/dev/null || die "this script knows Debian's apt-get only. Needed are: ${wanted[*]}"

missing=()
for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
    echo "All ${#wanted[@]} packages are installed."
    exit 0
fi

echo "Installing ${#missing[@]} packages: ${missing[*]}"
# A mirror in the middle of an update, or another apt-get that holds the lists, is over in a minute.
for ((attempt = 1; ; ++attempt)); do
    if apt update && apt install --no-install-recommends "${missing[@]}"; then
        break
    fi
    ((attempt < attempts)) || die "apt-get failed $attempts times; its own message is above."
    echo "apt-get failed; trying again in $((attempt * 10)) s ($attempt of $attempts)." >&2
    sleep $((attempt * 10))
done

for package in "${missing[@]}"; do
    is_installed "$package" || die "apt-get reported success, but $package is not installed."
done
echo "Installed."
