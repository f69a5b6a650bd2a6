// Generated databases kept between runs, in a folder of the user's choice: one folder an entry, found by everything
// that decides what is in it. What was not used for longest goes when there is too much.
//
// Several processes may use one cache: an entry appears whole (by renaming its folder) or not at all, and one that is
// being removed while it is read shows as an error of the copy, not as wrong data.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.hpp"

namespace pgrehearse::provision {

class Cache {
 public:
  struct Entry {
    std::string folder;
    std::uint64_t bytes = 0;
    std::int64_t last_used_s = 0;  // since the epoch
  };

  Cache(std::string folder, std::uint64_t limit_bytes) : folder_(std::move(folder)), limit_bytes_(limit_bytes) {}

  // The folder of the entry with just this key, marked as used; nothing when there is none.
  std::optional<std::string> find(const std::string& key) const;
  // Lets `write` fill a new folder and makes it the entry of this key; then drops the entries that were not used for
  // longest until the rest fits. One that does not fit alone is an error.
  base::Status store(const std::string& key, const std::function<base::Status(const std::string& folder)>& write) const;
  // Last used first. Folders that only look like entries are left out, here and below.
  std::vector<Entry> entries() const;
  base::Status clear() const;

 private:
  std::string path_of(const std::string& key) const;
  base::Status make_room() const;

  std::string folder_;
  std::uint64_t limit_bytes_;
};

}  // namespace pgrehearse::provision
