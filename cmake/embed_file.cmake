# A byte array, because compilers limit the length of a string literal and the file may hold any delimiter.
file(READ ${FILE} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT} "#include \"assets/${TARGET}.hpp\"
namespace pgrehearse::assets {
static const unsigned char bytes[] = {${bytes}0x00};
const std::string_view ${NAME}{reinterpret_cast<const char*>(bytes), sizeof bytes - 1};
}
")
