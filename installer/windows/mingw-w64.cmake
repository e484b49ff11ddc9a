# Debian's mingw-w64 compiler, with the libraries that build.sh makes in CFS_WINDOWS_PREFIX.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR AMD64)
set(triple x86_64-w64-mingw32)
# The variant with std::thread.
set(CMAKE_C_COMPILER ${triple}-gcc-posix)
set(CMAKE_CXX_COMPILER ${triple}-g++-posix)
set(CMAKE_RC_COMPILER ${triple}-windres)

set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CFS_WINDOWS_PREFIX)
set(CMAKE_FIND_ROOT_PATH ${CFS_WINDOWS_PREFIX} /usr/${triple})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
# CMake's own module for wxWidgets asks wx-config, which a library for Windows has not.
set(CMAKE_FIND_PACKAGE_PREFER_CONFIG ON)

# Programs that need no DLL beside them.
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
