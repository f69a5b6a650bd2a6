// Whole numbers made of whole numbers, that look random and never change: pgbench's hash functions and its
// pseudorandom permutation (PostgreSQL manual, pgbench, "hash ( ... )" and "permute ( ... )"). Pure.
#pragma once

#include <cstdint>

namespace pgrehearse::load {

// FNV-1a over the eight octets of `value`, lowest first (http://www.isthe.com/chongo/tech/comp/fnv/).
std::int64_t hash_fnv1a(std::int64_t value, std::int64_t seed);
// MurmurHash64A of the eight octets (Austin Appleby, MurmurHash2.cpp).
std::int64_t hash_murmur2(std::int64_t value, std::int64_t seed);
// Where `value` (modulo size) goes in a permutation of [0, size) that `seed` chooses; size > 0.
std::int64_t permute(std::int64_t value, std::int64_t size, std::int64_t seed);

}  // namespace pgrehearse::load
