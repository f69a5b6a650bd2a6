// The run folder on disk; its format is documented in docs/run-folder.md. Append-only while running, readable after a
// crash at any moment: a torn last line is dropped by the reader, which says so.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/record/manifest.hpp"
#include "harness/record/recorder.hpp"

namespace pgrehearse::record {

// Appending copies into a queue; a thread of its own writes the queue out at least four times a second and at every
// phase mark, so that neither JSON nor a slow disk delays an actor. After a failure to write, appending drops.
class RunFolder final : public Recorder {
 public:
  // Makes the folder (with parents) and its empty files. An error when it exists with content or cannot be written.
  static base::Result<std::unique_ptr<RunFolder>> create(const std::string& path);
  ~RunFolder() override;

  void append(const Event& event) override;
  void append(const Window& window) override;
  // Replaces manifest.json (by a rename, so that it is never half written).
  base::Status write_manifest(const Manifest& manifest);
  // Writes a further file into the folder (summary.json, report.html, ...), by a rename.
  base::Status write_file(const std::string& name, std::string_view content);
  // The first failure to write, or success. Like the two above it first waits until all that was appended is written:
  // afterwards the folder can be read.
  base::Status status() const;
  const std::string& path() const;

 private:
  struct State;
  explicit RunFolder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// A whole run in memory: what the analysis reads.
struct Record {
  Manifest manifest;
  std::vector<Event> events;         // in the order of writing
  std::vector<Window> windows;       // likewise
  std::vector<std::string> defects;  // what was unreadable, one line each
};

base::Result<Record> read_run_folder(const std::string& path);

// latency.hlog: all windows as a standard HdrHistogram log (format 1.3, response times in microseconds; tag
// "<script>:<pass>"). Written once the traffic has ended.
std::string to_hdr_log(const Record& record);

}  // namespace pgrehearse::record
