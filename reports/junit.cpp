#include "reports/junit.hpp"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "harness/analyse/words.hpp"
#include "reports/content.hpp"
#include "reports/escape.hpp"

namespace pgrehearse::reports {
namespace {

class Suite {
 public:
  Suite(pugi::xml_node parent, const std::string& name) : node_(parent.append_child("testsuite")), name_(name) {
    set(node_, "name", name);
  }

  pugi::xml_node add(const std::string& name, Duration time) {
    pugi::xml_node test = node_.append_child("testcase");
    set(test, "classname", name_);
    set(test, "name", unique(name));
    set(test, "time", fmt::format("{:.3f}", base::to_seconds(time)));
    ++tests_;
    return test;
  }
  void fail(pugi::xml_node test, const char* kind, const std::string& message) {
    pugi::xml_node problem = test.append_child(kind);
    set(problem, "message", message);
    problem.append_child(pugi::node_pcdata).set_value(xml_text(message).c_str());
    ++(std::string(kind) == "failure" ? failures_ : errors_);
  }
  void close() {
    set(node_, "tests", std::to_string(tests_));
    set(node_, "failures", std::to_string(failures_));
    set(node_, "errors", std::to_string(errors_));
  }

  static void set(pugi::xml_node node, const char* name, const std::string& value) {
    node.append_attribute(name).set_value(xml_text(value).c_str());
  }

 private:
  std::string unique(const std::string& name) {
    std::string candidate = name;
    for (int n = 2; !names_.insert(candidate).second; ++n) candidate = fmt::format("{} ({})", name, n);
    return candidate;
  }

  pugi::xml_node node_;
  std::string name_;
  std::set<std::string> names_;
  int tests_ = 0, failures_ = 0, errors_ = 0;
};

void add_gate(Suite& suite, const analyse::Gate& gate) {
  pugi::xml_node test = suite.add("gate " + gate.id, {});
  if (gate.file) Suite::set(test, "file", *gate.file);
  if (gate.file) Suite::set(test, "line", std::to_string(gate.line));
  const std::string message = fmt::format("{} (limit {}): {}", gate.actual, gate.limit, gate.because);
  if (gate.outcome == Verdict::fail) suite.fail(test, "failure", message);
  if (gate.outcome == Verdict::inconclusive) suite.fail(test, "error", "inconclusive: " + message);
}

void add_pass(Suite& suite, const Pass& pass) {
  pugi::xml_node test = suite.add("pass " + analyse::pass_words(pass.name), pass.duration);
  if (!pass.failure.empty()) suite.fail(test, "failure", pass.failure);
  test.append_child("system-out").append_child(pugi::node_pcdata).set_value(xml_text(waits_sentence(pass)).c_str());
}

}  // namespace

std::string junit(const Analysis& analysis) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  const std::string scenario = analysis.manifest.scenario_name;
  Suite suite(document.append_child("testsuites"), "pgrehearse" + (scenario.empty() ? "" : "." + scenario));
  for (const analyse::Gate& gate : analysis.gates) add_gate(suite, gate);
  for (const Pass& pass : analysis.passes) add_pass(suite, pass);
  suite.close();
  std::ostringstream text;
  document.save(text, "  ");
  return text.str();
}

}  // namespace pgrehearse::reports
