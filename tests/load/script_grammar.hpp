// Scripts and expressions by chance: valid ones of pgbench's grammar, and damaged ones. The same seed makes the same.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "harness/base/random.hpp"

namespace pgrehearse::load {

class ScriptGrammar {
 public:
  explicit ScriptGrammar(std::uint64_t seed) : random_(base::Seed{seed}) {}

  // Variables are :v0 to :v4.
  std::string expression(int depth) {
    if (depth <= 0) return constant();
    const auto inner = [&] { return expression(depth - 1 - static_cast<int>(below(2))); };
    switch (below(13)) {
      case 0:
        return constant();
      case 1:
        return ":v" + number(5);
      case 2:
        return '(' + inner() + ')';
      case 3:
        return pick(std::array{"-", "+", "~", "NOT ", "- -"}) + space() + inner();
      case 4:
        return inner() + pick(std::array{" IS NULL", " IS NOT TRUE", " ISNULL", " notnull", " is false"});
      case 5:
        return "CASE WHEN " + inner() + " THEN " + inner() + (below(2) ? " ELSE " + inner() : "") + " END";
      case 6:
        return call(pick(std::array{"abs", "int", "Double", "sqrt", "ln", "exp"}), {inner()});
      case 7:
        return call(pick(std::array{"mod", "pow", "least", "greatest", "hash", "hash_fnv1a", "permute"}),
                    {inner(), inner()});
      case 8:
        return call(pick(std::array{"least", "greatest"}), {inner(), inner(), inner()});
      case 9:
        return random_call();
      case 10:
        return '(' + inner() + space() + pick(comparisons) + space() + inner() + ')';  // they do not follow each other
      case 11:
        return inner() + pick(std::array{" AND ", " or "}) + inner();
      default:
        return inner() + space() + pick(operators) + space() + inner();
    }
  }

  std::string script() {
    std::string text;
    const auto commands = 1 + below(12);
    for (std::uint64_t i = 0; i < commands; ++i) text += command(2);
    return text;
  }

  // Some of the text's characters replaced, taken out, doubled or moved.
  std::string mutate(std::string text) {
    const auto changes = 1 + below(6);
    for (std::uint64_t i = 0; i < changes && !text.empty(); ++i) {
      const std::size_t at = below(text.size()), length = 1 + below(std::min<std::size_t>(8, text.size() - at));
      switch (below(5)) {
        case 0:
          text.erase(at, length);
          break;
        case 1:
          text.insert(at, pick(fragments));
          break;
        case 2:
          text[at] = static_cast<char>(below(256));
          break;
        case 3:
          text.insert(below(text.size()), text.substr(at, length));
          break;
        default:
          text.resize(at);
      }
    }
    return text;
  }

 private:
  static constexpr std::array operators{"+", "-", "*", "/", "%", "&", "|", "#", "<<", ">>"};
  static constexpr std::array comparisons{"=", "<>", "!=", "<", ">", "<=", ">="};
  static constexpr std::array fragments{"\\",
                                        "\\\n",
                                        "\n",
                                        "'",
                                        "\"",
                                        "$$",
                                        ";",
                                        ":",
                                        "::",
                                        "(",
                                        ")",
                                        "/*",
                                        "*/",
                                        "--",
                                        "E'",
                                        "\\if",
                                        "\\set",
                                        "\\gset",
                                        "NULL",
                                        "\\;",
                                        "999",
                                        "\\endif\n",
                                        "\\sleep 1us\n",
                                        "CASE WHEN",
                                        "END",
                                        "1e999",
                                        ":v1",
                                        ","};

  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  std::string number(std::uint64_t bound) { return std::to_string(below(bound)); }
  std::string space() { return below(3) == 0 ? "" : " "; }
  template <class List>
  std::string pick(const List& list) {
    return list[below(list.size())];
  }

  std::string constant() {
    switch (below(7)) {
      case 0:
        return pick(std::array{"NULL", "TRUE", "false"});
      case 1:
        return number(10) + '.' + number(1000);
      case 2:
        return pick(std::array{"9223372036854775807", "-9223372036854775808", "4611686018427387904", "1e18", ".5E-3"});
      default:
        return number(20);
    }
  }
  static std::string call(const std::string& name, std::initializer_list<std::string> arguments) {
    std::string text;
    for (const std::string& argument : arguments) text += (text.empty() ? "" : ", ") + argument;
    return name + '(' + text + ')';
  }
  std::string random_call() {
    const std::string low = number(50), high = std::to_string(50 + below(1000));
    switch (below(4)) {
      case 0:
        return call("random", {low, high});
      case 1:
        return call("random_zipfian", {low, high, "1." + std::to_string(1 + below(9))});
      case 2:
        return call("random_gaussian", {low, high, number(4) + ".5"});
      default:
        return call("random_exponential", {low, high, number(9) + ".25"});
    }
  }

  std::string command(int depth) {
    switch (below(depth > 0 ? 9 : 8)) {
      case 0:
        return "SELECT " + std::string(below(2) ? ":v" + number(5) : "'it''s :v1; '") + space() + "\\gset" +
               (below(2) ? " p_" : "") + "\n";
      case 1:
        return "\\sleep " + (below(2) ? number(3) + "us" : ":v0 us") + "\n";
      case 2:
        return "-- a comment ; \\set\nSELECT $q$ ; :v1 $q$, :v2::text /* ; */;\n";
      case 3:
        return "SELECT 1 \\; SELECT 2;\n";
      case 4:
        return "\\startpipeline\nSELECT 1;\n\\endpipeline\n";
      case 8:
        return "\\if " + expression(2) + "\n" + command(depth - 1) + "\\elif " + expression(1) + "\n" +
               command(depth - 1) + "\\else\n" + command(depth - 1) + "\\endif\n";
      default:
        return "\\set v" + number(5) + " " + expression(4) + (below(5) ? "\n" : "\\\n\n");
    }
  }

  base::RandomStream random_;
};

}  // namespace pgrehearse::load
