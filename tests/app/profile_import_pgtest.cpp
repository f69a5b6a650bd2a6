// A shape from what pg_dump --statistics-only wrote; for PostgreSQL 18, whose server programs are in the folder
// $PGREHEARSE_TEST_MAJORS where the distribution does not carry them (see `./dev majors`).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "harness/postgres/session.hpp"
#include "harness/profile/shape_file.hpp"
#include "harness/provision/local_cluster.hpp"
#include "tests/app/small_rehearsal.hpp"

namespace pgrehearse::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSchema = R"(\restrict 3SdjvQ
CREATE TABLE public.users (
    id bigint NOT NULL,
    email text,
    born date
);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
\unrestrict 3SdjvQ
)";

// The form in which pg_dump 18 writes it (dumpRelationStats in pg_dump.c).
constexpr const char* kStatistics = R"(--
-- PostgreSQL database dump
--

\restrict 3SdjvQ

-- Dumped from database version 16.4 (Debian 16.4-1)
-- Dumped by pg_dump version 18.0

SET statement_timeout = 0;
SET transaction_timeout = 0;
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Statistics for Name: users; Type: STATISTICS DATA; Schema: public; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '160004'::integer,
	'schemaname', 'public',
	'relname', 'users',
	'relpages', '1000'::integer,
	'reltuples', '80000'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '160004'::integer,
	'schemaname', 'public',
	'relname', 'users',
	'attname', 'born',
	'inherited', 'f'::boolean,
	'null_frac', '0.25'::real,
	'avg_width', '4'::integer,
	'n_distinct', '4000'::real,
	'most_common_vals', '{2001-02-03,1970-01-01}'::text,
	'most_common_freqs', '{0.125,0.0625}'::real[],
	'histogram_bounds', '{1950-01-01,1980-01-01,2010-01-01}'::text,
	'correlation', '0.5'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '160004'::integer,
	'schemaname', 'public',
	'relname', 'users',
	'attname', 'email',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '20'::integer,
	'n_distinct', '-0.5'::real,
	'most_common_vals', '{hush@example.org,"a \"hush\", b"}'::text,
	'most_common_freqs', '{0.25,0.125}'::real[],
	'histogram_bounds', '{aaa@hush.org,mmmm@hush.org,zzzzz@hush.org}'::text,
	'correlation', '-0.25'::real
);
SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '160004'::integer,
	'schemaname', 'public',
	'relname', 'users_pkey',
	'relpages', '200'::integer,
	'reltuples', '80000'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);

\unrestrict 3SdjvQ
)";

class ProfileImport : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* majors = std::getenv("PGREHEARSE_TEST_MAJORS");
    folder_ = std::string(majors ? majors : "") + "/18/native/bin";
    if (!std::filesystem::exists(folder_ + "/postgres")) GTEST_SKIP() << "no PostgreSQL 18 here: " << folder_;
    small_.folder().write("dump_schema.sql", kSchema);
    small_.folder().write("statistics.sql", kStatistics);
  }

  base::Output import(const std::string& statistics = "statistics.sql") {
    return small_.run({"profile", "--from-statistics", small_.folder().path(statistics), "--schema",
                       small_.folder().path("dump_schema.sql"), "--postgres-bin", folder_});
  }

  SmallRehearsal small_;
  std::string folder_;
};

TEST_F(ProfileImport, ReadsTheDumpAsIfItWereTheDatabase) {
  const auto output = import();
  ASSERT_EQ(output.exit_status, 0) << output.err;
  EXPECT_THAT(output.out, Not(HasSubstr("hush")));
  const auto shape = profile::from_json(output.out, "stdout");
  ASSERT_TRUE(shape.ok()) << to_string(shape.errors().front());
  EXPECT_EQ(shape->origin.major, 16) << "where the dump is from";
  EXPECT_THAT(*shape->schema_sql, HasSubstr("CREATE TABLE public.users"));
  const profile::Table& users = shape->tables.at(0);
  EXPECT_EQ(users.statistics.rows, 80'000u);
  EXPECT_EQ(users.statistics.heap_bytes, 1000u * 8192);
  EXPECT_EQ(users.statistics.index_bytes, 200u * 8192);
  const auto& born = users.statistics.columns.at("born");
  EXPECT_EQ(born.null_fraction, 0.25);
  ASSERT_EQ(born.marks.size(), 5u);
  EXPECT_EQ(born.marks[1].value, "1970-01-01");
  EXPECT_EQ(born.marks[1].frequency, 0.0625);
  EXPECT_EQ(born.marks[3].value, "2001-02-03");
  const auto& email = users.statistics.columns.at("email");
  EXPECT_EQ(email.distinct, -0.5);
  ASSERT_EQ(email.marks.size(), 5u);
  EXPECT_FALSE(email.marks[0].value.has_value());
  EXPECT_EQ(email.correlation, -0.25);
  EXPECT_EQ(small_.left_behind(), std::vector<std::string>{});
}

constexpr const char* kEveryKind = R"(
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE TABLE things (id int PRIMARY KEY, mood mood, name text, numbers int[], words text[], doc jsonb, at timestamptz,
                     span int4range, search tsvector, price numeric(8,2), code char(5), raw bytea);
)";
constexpr const char* kRows = R"(
INSERT INTO things SELECT i, (CASE WHEN i % 3 = 0 THEN 'high' ELSE 'low' END)::mood, 'it''s \ "' || i % 40, ARRAY[i % 5, 7],
  ARRAY['a b', NULL, 'c,"d"' || i % 3], jsonb_build_object('k', i % 9), '2024-01-01'::timestamptz + i * interval '1 h',
  int4range(i, i + 5), to_tsvector('simple', 'word' || i % 6), i % 100 / 3.0, 'c' || i % 4, decode(md5((i % 8)::text), 'hex')
FROM generate_series(1, 5000) i;
ANALYZE things;
)";

// The calls that pg_dump writes, made by the server from its own views.
std::string dumped_statistics(postgres::Session& session) {
  const auto rows = session.query(R"(
    SELECT format(E'SELECT * FROM pg_catalog.pg_restore_relation_stats(\n\t''version'', ''180000''::integer,\n'
                  '\t''schemaname'', %L,\n\t''relname'', %L,\n\t''relpages'', %L::integer,\n\t''reltuples'', %L::real);',
                  relnamespace::regnamespace, relname, relpages, reltuples)
    FROM pg_class WHERE relname IN ('things', 'things_pkey')
    UNION ALL
    SELECT 'SELECT * FROM pg_catalog.pg_restore_attribute_stats(''version'', ''180000''::integer, '
           || concat_ws(', ', format('''schemaname'', %L, ''relname'', %L, ''attname'', %L, ''inherited'', ''f''::boolean',
                                     schemaname, tablename, attname),
                        format('''null_frac'', %L::real, ''avg_width'', %L::integer, ''n_distinct'', %L::real', null_frac,
                               avg_width, n_distinct),
                        '''most_common_vals'', ' || quote_literal(most_common_vals::text) || '::text',
                        '''most_common_freqs'', ' || quote_literal(most_common_freqs::text) || '::real[]',
                        '''histogram_bounds'', ' || quote_literal(histogram_bounds::text) || '::text',
                        '''correlation'', ' || quote_literal(correlation::text) || '::real',
                        '''most_common_elems'', ' || quote_literal(most_common_elems::text) || '::text',
                        '''most_common_elem_freqs'', ' || quote_literal(most_common_elem_freqs::text) || '::real[]',
                        '''elem_count_histogram'', ' || quote_literal(elem_count_histogram::text) || '::real[]',
                        '''range_length_histogram'', ' || quote_literal(range_length_histogram::text) || '::text',
                        '''range_empty_frac'', ' || quote_literal(range_empty_frac::text) || '::real',
                        '''range_bounds_histogram'', ' || quote_literal(range_bounds_histogram::text) || '::text')
           || ');'
    FROM pg_stats WHERE tablename = 'things')");
  std::string text = "-- Dumped from database version 18.1\n";
  for (std::size_t r = 0; r < rows.size(); ++r) text += rows.string(r, 0) + "\n";
  return text;
}

TEST_F(ProfileImport, GivesTheShapeOfTheServerThatWasDumped) {
  provision::ServerOptions options;
  options.server.postgres_bin = folder_;
  options.label = "tests";
  const auto server = provision::LocalCluster::start(options);
  ASSERT_TRUE(server.ok()) << to_string(server.errors().front());
  ASSERT_TRUE((*server)->create("origin").ok());
  const postgres::Target origin = (*server)->target("origin");
  {
    const auto session = postgres::Session::open(origin);
    ASSERT_TRUE(session.ok());
    (*session)->query(kEveryKind);
    (*session)->query(kRows);
    small_.folder().write("statistics.sql", dumped_statistics(**session));
  }
  small_.folder().write("dump_schema.sql", kEveryKind);
  const auto direct = small_.run({"profile", origin.connection_string(), "--no-schema"});
  ASSERT_EQ(direct.exit_status, 0) << direct.err;
  const auto imported = import();
  ASSERT_EQ(imported.exit_status, 0) << imported.err;
  const auto asked = profile::from_json(direct.out, "direct"), got = profile::from_json(imported.out, "imported");
  ASSERT_TRUE(asked.ok() && got.ok());
  profile::Shape one, other;
  one.tables = asked->tables;
  other.tables = got->tables;
  one.tables.at(0).statistics.toast_bytes = other.tables.at(0).statistics.toast_bytes = 0;
  EXPECT_EQ(profile::to_json(one), profile::to_json(other));
  EXPECT_EQ(got->tables.at(0).statistics.columns.size(), 12u);
}

TEST_F(ProfileImport, SaysWhereAMistakeStands) {
  const auto nothing = import("dump_schema.sql");
  EXPECT_EQ(nothing.exit_status, 2);
  EXPECT_THAT(nothing.err, HasSubstr("holds no statistics of columns"));
  std::string broken = kStatistics;
  broken.replace(broken.find("'0.25'::real,"), 13, "'0.25'::reel,");
  small_.folder().write("broken.sql", broken);
  const auto mistaken = import("broken.sql");
  EXPECT_EQ(mistaken.exit_status, 2);
  EXPECT_THAT(mistaken.err, HasSubstr("broken.sql:34: error: "));
  EXPECT_EQ(small_.left_behind(), std::vector<std::string>{});
}

}  // namespace
}  // namespace pgrehearse::app
