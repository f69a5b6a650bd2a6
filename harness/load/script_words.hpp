// The words of a backslash command. Private to this module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgrehearse::load {

struct Word {
  std::string text;
  std::size_t offset = 0;  // in the script
};

enum class Quotes {
  plain,  // are characters like any other, as in pgbench's commands
  names,  // "My table" is one word
};

struct WordLine {
  std::vector<Word> words;
  std::size_t end = 0;  // behind the line
};

// The words from `begin` to the end of the line, or of the next where a backslash ends it; at most `most`, the line
// then ends behind the last.
WordLine read_words(std::string_view text, std::size_t begin, Quotes quotes,
                    std::size_t most = static_cast<std::size_t>(-1));

}  // namespace pgrehearse::load
