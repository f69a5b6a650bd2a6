#include "harness/provision/container_image.hpp"

#include <fmt/format.h>

#include <sstream>

#include "harness/provision/binaries.hpp"

namespace pgrehearse::provision {
namespace {

using namespace std::chrono_literals;

constexpr auto short_deadline = 30s;
constexpr auto pull_deadline = 15min;

std::string wanted_image(const scenario::Server& server) {
  if (!server.image.empty()) return server.image;
  return fmt::format("postgres:{}", server.major.value_or(newest_tried_major));
}

base::Status pull(const ContainerEngine& engine, const std::string& image, const ServerOptions& options,
                  const base::Cancellation* cancellation) {
  if (engine.call({"image", "inspect", "--format={{.Id}}", image}, "looking for it", short_deadline, cancellation)) {
    return base::success();
  }
  if (options.progress) options.progress->stage("pulling " + image);
  const auto pulled =
      engine.call({"pull", "--quiet", image}, "pulling the image " + image, pull_deadline, cancellation);
  if (pulled) return base::success();
  base::Errors errors = pulled.errors();
  if (errors.front().kind == base::ErrorKind::environment) {
    errors.front().hint = "name an image that this machine has or can pull with --image";
  }
  return errors;
}

// The official image says it in its environment; of any other the server itself is asked.
base::Result<int> major_of(const ContainerEngine& engine, const std::string& image,
                           const base::Cancellation* cancellation) {
  const auto environment =
      engine.call({"image", "inspect", "--format={{range .Config.Env}}{{println .}}{{end}}", image},
                  "looking at the image " + image, short_deadline, cancellation);
  if (!environment) return environment.errors();
  std::istringstream lines(*environment);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("PG_MAJOR=")) return std::atoi(line.c_str() + 9);
  }
  const auto version = engine.call({"run", "--rm", "--entrypoint=postgres", image, "--version"},
                                   "asking the image " + image + " for its version", short_deadline, cancellation);
  if (!version) return version.errors();
  const auto digit = version->find_first_of("0123456789");
  if (digit != std::string::npos) return std::atoi(version->c_str() + digit);
  return base::environment_error(fmt::format("the image {} does not say its version but '{}'", image, *version));
}

}  // namespace

base::Result<ContainerImage> ContainerImage::get(const ContainerEngine& engine, const ServerOptions& options,
                                                 const base::Cancellation* cancellation) {
  const std::string name = wanted_image(options.server);
  if (auto pulled = pull(engine, name, options, cancellation); !pulled) return pulled.errors();
  const auto major = major_of(engine, name, cancellation);
  if (!major) return major.errors();
  if (*major < oldest_supported_major) {
    return base::environment_error(fmt::format("PostgreSQL {} in the image {} is too old: {} or newer is needed",
                                               *major, name, oldest_supported_major));
  }
  if (*major != options.server.major.value_or(*major)) {
    return base::usage_error(
        fmt::format("the image {} holds PostgreSQL {}, not {}", name, *major, *options.server.major),
        "name another image, or leave out one of --image and --postgres-version");
  }
  return ContainerImage{name, *major};
}

}  // namespace pgrehearse::provision
