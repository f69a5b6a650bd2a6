// What PostgreSQL's own compression (pglz) makes of bytes, nearly: as many matches as src/common/pg_lzcompress.c finds
// with its default strategy, the nearest ones tried first.
#pragma once

#include <cstddef>
#include <string_view>

namespace pgrehearse::generators {

// In bytes; as many as there are where less than a quarter would be saved.
double compressed_size(std::string_view bytes);

// How wide a value is that is `bytes` wide before, in a row whose other columns take so many: as it is, compressed
// where the row is too wide for its page, and a pointer where that is not enough
// (src/backend/access/table/toast_helper.c).
double toasted_width(std::string_view bytes, double beside);

}  // namespace pgrehearse::generators
