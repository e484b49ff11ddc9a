#!/usr/bin/env bash
# Builds Cloud Folder Sync for Windows on Debian 12, libraries and all, from Debian's source packages.
#
#   installer/windows/build.sh FOLDER   libraries to FOLDER/usr, programs and tests to FOLDER/build
#
# It installs the packages that are missing. Libraries that are there are not built again. Of the
# database systems the programs know SQLite alone.
set -euo pipefail
exec </dev/null

if (($# != 1)) || [[ $1 == -* ]]; then
    sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
    exit 2
fi
source_folder=$(cd "$(dirname "$0")/../.." && pwd)
toolchain=$source_folder/installer/windows/mingw-w64.cmake
mkdir -p "$1"
cd "$1"
folder=$PWD
prefix=$folder/usr
triple=x86_64-w64-mingw32
export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}

source_packages=(wxwidgets3.2 soci pugixml boost1.74 sqlite3 libsodium)
header_packages=(libboost1.74-dev catch2 nlohmann-json3-dev libcli11-dev)

# Sources, without touching the machine's own list of places for packages.
apt_here() {
    apt-get -q -o Dir::Etc::SourceList="$folder/apt/sources.list" -o Dir::Etc::SourceParts=- \
        -o Dir::State::Lists="$folder/apt/lists" -o Dir::Cache="$folder/apt" \
        -o APT::Sandbox::User=root -o Acquire::Retries=3 "$@"
}

fetch() (
    mkdir -p apt/lists/partial src
    for kind in deb deb-src; do
        echo "$kind http://deb.debian.org/debian bookworm main"
    done >apt/sources.list
    apt_here update
    cd src
    apt_here source --only-source "${source_packages[@]}"
    apt_here download "${header_packages[@]}"
    # Headers are the same for every system.
    for package in *.deb; do
        dpkg-deb -x "$package" "$folder"
    done
)

# with_cmake SOURCE OPTION...: builds and installs in the current directory.
with_cmake() {
    cmake -S "$1" -B . -G Ninja -DCMAKE_TOOLCHAIN_FILE="$toolchain" -DCFS_WINDOWS_PREFIX="$prefix" \
        -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF "${@:2}"
    cmake --build .
    cmake --install .
}

build_sqlite3() {
    # One file with all of it, made by its own scripts, is what SQLite recommends to compile.
    "$1/configure" --disable-tcl --disable-shared
    make sqlite3.c
    "$triple-gcc-posix" -O2 -DNDEBUG -DSQLITE_OMIT_LOAD_EXTENSION -c sqlite3.c
    mkdir -p "$prefix/lib" "$prefix/include"
    "$triple-ar" rcs "$prefix/lib/libsqlite3.a" sqlite3.o
    cp sqlite3.h "$prefix/include/"
}

build_pugixml() { with_cmake "$1"; }

build_libsodium() {
    [[ -e $1/configure ]] || (cd "$1" && autoreconf -fi)
    "$1/configure" --host="$triple" --prefix="$prefix" --disable-shared CC="$triple-gcc-posix"
    make -j"$CMAKE_BUILD_PARALLEL_LEVEL" install
}

build_boost() {
    "$triple-g++-posix" -std=c++17 -O2 -DNDEBUG -DBOOST_ALL_NO_LIB -DBOOST_FILESYSTEM_STATIC_LINK \
        -isystem "$prefix/include" -c "$1"/libs/filesystem/src/*.cpp
    "$triple-ar" rcs "$prefix/lib/libboost_filesystem.a" ./*.o
}

build_soci() {
    with_cmake "$1" -DSOCI_CXX11=ON -DSOCI_SHARED=OFF -DSOCI_TESTS=OFF -DSOCI_EMPTY=OFF \
        -DWITH_BOOST=OFF -DWITH_MYSQL=OFF -DWITH_POSTGRESQL=OFF -DWITH_ODBC=OFF -DWITH_DB2=OFF \
        -DWITH_ORACLE=OFF -DWITH_FIREBIRD=OFF
}

build_wxwidgets() {
    # Debian's source comes without copies of image, XML and compression libraries.
    local option options=()
    for option in LIBJPEG LIBPNG LIBTIFF ZLIB EXPAT REGEX XML XRC HTML HELP WXHTML_HELP \
        MS_HTML_HELP AUI PROPGRID RIBBON STC RICHTEXT WEBVIEW MEDIACTRL OPENGL QA DEBUGREPORT \
        WEBREQUEST ARCHIVE_STREAMS FS_ARCHIVE ZIPSTREAM TARSTREAM FS_ZIP FS_INET DOC_VIEW_ARCHITECTURE \
        MDI_ARCHITECTURE PRINTING_ARCHITECTURE SVG ARTPROVIDER_TANGO GRID; do
        options+=("-DwxUSE_$option=OFF")
    done
    with_cmake "$1" -DwxBUILD_SHARED=OFF "${options[@]}"
}

# library NAME SOURCE: built once, in a directory of its own; the end of its output is shown if it
# fails.
library() {
    local name=$1 source=$2 status=0
    [[ ! -e $prefix/built/$name ]] || return 0
    echo "Building $name"
    mkdir -p "libraries/$name"
    # Not in an `if`, which would switch off errexit inside.
    set +e
    (
        set -e
        cd "libraries/$name"
        "build_$name" "$source"
    ) >"libraries/$name.log" 2>&1
    status=$?
    set -e
    if ((status != 0)); then
        tail -n 40 "libraries/$name.log"
        echo "build.sh: $name could not be built; all of its output is in $folder/libraries/$name.log" >&2
        exit "$status"
    fi
    touch "$prefix/built/$name"
}

"$source_folder/installer/setup-debian.sh" --windows
mkdir -p "$prefix/built"
if [[ ! -e $prefix/built/sources ]]; then
    fetch
    touch "$prefix/built/sources"
fi
library sqlite3 "$folder"/src/sqlite3-3.*
library pugixml "$folder"/src/pugixml-1.*
library boost "$folder"/src/boost1.74-1.*
library soci "$folder"/src/soci-4.*
library libsodium "$folder"/src/libsodium-1.*
library wxwidgets "$folder"/src/wxwidgets3.2-3.*
cmake -S "$source_folder" -B build -G Ninja -DCMAKE_TOOLCHAIN_FILE="$toolchain" \
    -DCFS_WINDOWS_PREFIX="$prefix" -DCMAKE_BUILD_TYPE=Release -DCFS_WERROR=ON \
    -DCFS_MARIADB=OFF -DCFS_POSTGRESQL=OFF
cmake --build build
