// A server in a real container.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <utility>

#include "harness/base/files.hpp"
#include "harness/base/wait_until.hpp"
#include "harness/provision/container_server.hpp"
#include "harness/provision/containers.hpp"
#include "harness/provision/leftovers.hpp"
#include "tests/support/containers.hpp"
#include "tests/support/temporary_folder.hpp"

namespace pgrehearse::provision {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

std::string engine_says(const std::vector<std::string>& arguments) {
  const auto answer = testing::container_engine().call(arguments, "testing", 60s);
  return answer ? *answer : to_string(answer.errors().front());
}

bool exists(const std::string& container) {
  return testing::container_engine().call({"inspect", "--format={{.Id}}", container}, "testing", 60s).ok();
}

ServerOptions small(const testing::TemporaryFolder& temp) {
  ServerOptions options;
  options.server.use = "container";
  options.server.image = testing::container_image();
  options.server.settings = {{"shared_buffers", "32MB"}, {"work_mem", "7MB"}};
  options.temp_folder = temp.path();
  options.label = "a test";
  return options;
}

std::string messages(const base::Errors& errors) {
  std::string all;
  for (const base::Error& error : errors) all += to_string(error) + "\n";
  return all;
}

class Container : public ::testing::Test {
 protected:
  void SetUp() override { PGR_NEEDS_CONTAINERS(); }
  static std::string show(const postgres::Target& target, const std::string& setting) {
    return postgres::Session::open(target).value()->query("SHOW " + setting).string(0, 0);
  }
  testing::TemporaryFolder temp;
};

TEST_F(Container, LivesALifeFromLoadingToMeasuringAndLeavesNothing) {
  ServerOptions options = small(temp);
  options.server.memory_bytes = 1024ull * 1024 * 1024;
  options.server.cpus = 1;
  std::string name, volume;
  {
    const auto started = ContainerServer::start(options);
    ASSERT_TRUE(started) << messages(started.errors());
    ContainerServer& server = **started;
    name = server.name();
    volume = engine_says({"inspect", "--format={{range .Mounts}}{{.Name}}{{end}}", name});
    EXPECT_FALSE(volume.empty()) << "the data lie in the container's own layer";

    EXPECT_EQ(show(server.target("postgres"), "fsync"), "off");
    ASSERT_TRUE(server.create("filled"));
    postgres::Session::open(server.migration_target("filled"))
        .value()
        ->query("CREATE TABLE t AS SELECT n FROM generate_series(1, 10000) n");
    const auto honest = server.make_honest();
    ASSERT_TRUE(honest) << messages(honest.errors());
    EXPECT_EQ(show(server.target("postgres"), "fsync"), "on");
    EXPECT_EQ(show(server.target("postgres"), "work_mem"), "7MB");
    EXPECT_THAT(show(server.target("postgres"), "shared_preload_libraries"), HasSubstr("pg_stat_statements"));
    ASSERT_TRUE(server.clone("filled", "copy"));
    EXPECT_EQ(
        postgres::Session::open(server.traffic_target("copy")).value()->query("SELECT count(*) FROM t").integer(0, 0),
        10000);

    EXPECT_EQ(engine_says({"inspect", "--format={{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}", name}),
              "1073741824 1000000000");
    EXPECT_THAT(engine_says({"port", name, "5432/tcp"}), ::testing::StartsWith("127.0.0.1:"));
    const auto facts = server.facts();
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->provider, "container");
    EXPECT_FALSE(facts->storage.empty());
    const auto postmaster = server.postmaster_pid();
    ASSERT_TRUE(postmaster);
    EXPECT_THAT(base::read_file(fmt::format("/proc/{}/comm", *postmaster)).value_or(""), HasSubstr("postgres"));
  }
  EXPECT_FALSE(exists(name));
  EXPECT_FALSE(testing::container_engine().call({"volume", "inspect", volume}, "testing", 60s).ok());
  EXPECT_TRUE(std::filesystem::is_empty(temp.path()));
}

TEST_F(Container, IsRemovedByTwoAtATime) {
  const auto server = ContainerServer::start(small(temp));
  ASSERT_TRUE(server) << messages(server.errors());
  const std::string name = (*server)->name();
  const auto remove = [&] {
    const base::Status removed = remove_container(testing::container_engine(), name);
    return std::pair(removed.ok() ? "" : messages(removed.errors()), exists(name));
  };
  auto other = std::async(std::launch::async, remove);
  EXPECT_EQ(remove(), std::pair(std::string(), false));
  EXPECT_EQ(other.get(), std::pair(std::string(), false));
}

TEST_F(Container, KeepsPasswordsOutOfWhatOthersCanSee) {
  const auto server = ContainerServer::start(small(temp));
  ASSERT_TRUE(server) << messages(server.errors());
  const std::string seen = engine_says({"inspect", (*server)->name()}) + engine_says({"logs", (*server)->name()}) +
                           engine_says({"top", (*server)->name(), "-eo", "pid,args"});
  EXPECT_THAT(seen, HasSubstr("POSTGRES_PASSWORD_FILE"));
  for (const auto& target :
       {(*server)->target("x"), (*server)->migration_target("x"), (*server)->traffic_target("x")}) {
    EXPECT_THAT(seen, Not(HasSubstr(target.password)));
  }
  postgres::Target guess = (*server)->target("postgres");
  guess.password = "guess";
  EXPECT_FALSE(postgres::Session::open(guess));
}

TEST_F(Container, RefusesASettingThatTheServerRefuses) {
  ServerOptions options = small(temp);
  options.server.settings["no_such_setting"] = "1";
  const auto server = ContainerServer::start(options);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.errors().front().kind, base::ErrorKind::usage);
  EXPECT_THAT(server.errors().front().message, HasSubstr("unrecognized configuration parameter \"no_such_setting\""));
  EXPECT_TRUE(std::filesystem::is_empty(temp.path()));
}

TEST_F(Container, SaysWhichImageItCannotGet) {
  ServerOptions options = small(temp);
  options.server.image = "localhost:1/no/such-image:1";
  const auto server = ContainerServer::start(options);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.errors().front().kind, base::ErrorKind::environment);
  EXPECT_THAT(messages(server.errors()),
              ::testing::AllOf(HasSubstr("localhost:1/no/such-image:1"), HasSubstr("--image")));
}

TEST_F(Container, RefusesAnImageOfAnotherMajor) {
  ServerOptions options = small(temp);
  options.server.major = 14;
  const auto server = ContainerServer::start(options);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.errors().front().kind, base::ErrorKind::usage);
}

// kill -9 leaves the container running; whoever cleans up next removes it, and nothing that merely looks like it.
TEST_F(Container, OfAKilledRunIsRemovedAndNoOther) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t owner = ::fork();
  if (owner == 0) {
    const auto server = ContainerServer::start(small(temp));
    const std::string name = server ? (*server)->name() : "";
    if (!name.empty() && ::write(pipe[1], name.data(), name.size()) > 0) ::pause();
    ::_exit(1);
  }
  ::close(pipe[1]);
  char text[100];
  const auto length = ::read(pipe[0], text, sizeof text);
  ::close(pipe[0]);
  const std::string name(text, static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  ASSERT_FALSE(name.empty());

  const std::string image = testing::container_image();
  Owner dead = this_process("");
  dead.start = "1";
  const std::string ours =
      engine_says({"create", fmt::format("--label={}={}", owner_label, to_text(this_process(""))), image});
  const std::string torn = engine_says({"create", fmt::format("--label={}=pgrehearse pid=1", owner_label), image});
  const std::string other = engine_says({"create", fmt::format("--label=other={}", to_text(dead)), image});

  EXPECT_TRUE(sweep_containers(testing::container_engine()).removed.empty()) << "its owner still runs";
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  const Sweep sweep = sweep_containers(testing::container_engine());
  ASSERT_EQ(sweep.removed.size(), 1u);
  EXPECT_EQ(sweep.removed[0].name, name);
  EXPECT_EQ(sweep.removed[0].owner.label, "a test");
  EXPECT_FALSE(exists(name));
  for (const std::string& id : {ours, torn, other}) {
    EXPECT_TRUE(exists(id));
    EXPECT_TRUE(remove_container(testing::container_engine(), id));
  }
  EXPECT_EQ(sweep_leftovers(temp.path()).removed.size(), 1u) << "the folder on this side";
}

}  // namespace
}  // namespace pgrehearse::provision
