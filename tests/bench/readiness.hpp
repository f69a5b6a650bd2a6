// How long it takes from asking for a server to a session on it.
#pragma once

#include <string>

namespace pgrehearse::bench {

// Prints the median of `rounds` for a private cluster and for a container of `image`, with the bounds that they keep
// to; why not, where the container cannot be had.
void print_readiness(int rounds, const std::string& image);

}  // namespace pgrehearse::bench
