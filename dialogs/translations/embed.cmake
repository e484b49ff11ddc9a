# Writes OUTPUT, a C++ file that holds the bytes of each of FILES (.mo) under its language's code.
set(bytes "")
set(entries "")
foreach(file ${FILES})
    get_filename_component(language ${file} NAME_WE)
    file(READ ${file} content HEX)
    string(REGEX REPLACE "(..)" "0x\\1," content "${content}")
    string(APPEND bytes "const unsigned char k_${language}[] = {${content}};\n")
    string(APPEND entries "        entry(\"${language}\", k_${language}),\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"dialogs/translations/catalogue_data.h\"

namespace cfs {
namespace {

${bytes}
template <std::size_t size>
std::pair<const std::string, std::string_view> entry(const char* language,
                                                     const unsigned char (&bytes)[size]) {
    return {language, {reinterpret_cast<const char*>(bytes), size}};
}

}  // namespace

const std::map<std::string, std::string_view>& catalogue_data() {
    static const std::map<std::string, std::string_view> data = {
${entries}    };
    return data;
}

}  // namespace cfs
")
