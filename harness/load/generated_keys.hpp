// The keys of generated rows. Private to this module.
#pragma once

#include "generators/generator.hpp"
#include "harness/load/key_source.hpp"

namespace pgrehearse::load {

// The sources share the generator's plan, and outlive the catalog.
class GeneratedKeys final : public KeyCatalog {
 public:
  explicit GeneratedKeys(const generators::Generator& tables) : tables_(tables) {}
  base::Result<std::shared_ptr<const KeySource>> find(std::string_view table) override;

 private:
  const generators::Generator& tables_;
};

}  // namespace pgrehearse::load
