// Schemas, extensions and other objects of the database as a whole.
#include <fmt/format.h>

#include "harness/observe/catalog_queries.hpp"

namespace pgrehearse::observe {
namespace {

std::string schemas() {
  return fmt::format(R"(
SELECT 'pg_namespace'::regclass::oid AS classid, n.oid AS objid, 0 AS subid, 0 AS relation, 'schema' AS kind,
       n.nspname AS name, {} AS privileges
FROM pg_namespace n WHERE {})",
                     privileges("n.nspacl", 'n', "n.nspowner"), user_schema);
}

std::string extensions() {
  return R"(
SELECT 'pg_extension'::regclass::oid AS classid, e.oid AS objid, 0 AS subid, 0 AS relation, 'extension' AS kind,
       e.extname AS name, e.extversion AS version, n.nspname AS schema
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace)";
}

// Collations differ between versions in their columns; as JSON they need not be named.
std::string collations() {
  return fmt::format(R"(
SELECT 'pg_collation'::regclass::oid AS classid, c.oid AS objid, 0 AS subid, 0 AS relation, 'collation' AS kind,
       n.nspname || '.' || c.collname AS name,
       (to_jsonb(c) - '{{oid,collname,collnamespace,collowner,collversion}}'::text[])::text AS definition
FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE {})",
                     user_schema);
}

std::string event_triggers() {
  return R"(
SELECT 'pg_event_trigger'::regclass::oid AS classid, e.oid AS objid, 0 AS subid, 0 AS relation,
       'event trigger' AS kind, e.evtname AS name, e.evtevent AS event, e.evtfoid::regprocedure::text AS function,
       array_to_string(e.evttags, ', ') AS tags,
       CASE e.evtenabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'on replicas' WHEN 'A' THEN 'always' END AS enabled
FROM pg_event_trigger e)";
}

std::string publications(int server_version) {
  const bool filters = server_version >= 150000;  // row filters, column lists and whole schemas
  const char* table_details =
      filters ? "coalesce(' (' || (SELECT string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE "
                "a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '') || "
                "coalesce(' WHERE ' || pg_get_expr(r.prqual, r.prrelid), '')"
              : "''";
  const char* schemas =
      filters ? "(SELECT string_agg(s.pnnspid::regnamespace::text, ', ' ORDER BY s.pnnspid::regnamespace::text) FROM "
                "pg_publication_namespace s WHERE s.pnpubid = p.oid)"
              : "NULL";
  return fmt::format(R"(
SELECT 'pg_publication'::regclass::oid AS classid, p.oid AS objid, 0 AS subid, 0 AS relation, 'publication' AS kind,
       p.pubname AS name, (to_jsonb(p) - '{{oid,pubname,pubowner}}'::text[])::text AS options,
       (SELECT string_agg(r.prrelid::regclass::text || {}, ', ' ORDER BY r.prrelid::regclass::text)
        FROM pg_publication_rel r WHERE r.prpubid = p.oid) AS tables, {} AS schemas
FROM pg_publication p)",
                     table_details, schemas);
}

std::string foreign_servers() {
  return fmt::format(R"(
SELECT 'pg_foreign_server'::regclass::oid AS classid, s.oid AS objid, 0 AS subid, 0 AS relation,
       'foreign server' AS kind, s.srvname AS name, w.fdwname AS wrapper, s.srvtype AS type, s.srvversion AS version,
       {} AS options,
       (SELECT string_agg(CASE u.umuser WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(u.umuser) END, ', ' ORDER BY u.umuser)
        FROM pg_user_mappings u WHERE u.srvid = s.oid) AS "user mappings", {} AS privileges
FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw)",
                     sorted_list("s.srvoptions"), privileges("s.srvacl", 'S', "s.srvowner"));
}

std::string foreign_data_wrappers() {
  return fmt::format(R"(
SELECT 'pg_foreign_data_wrapper'::regclass::oid AS classid, w.oid AS objid, 0 AS subid, 0 AS relation,
       'foreign-data wrapper' AS kind, w.fdwname AS name,
       format('handler %s, validator %s', w.fdwhandler::regproc, w.fdwvalidator::regproc) AS definition,
       {} AS options, {} AS privileges
FROM pg_foreign_data_wrapper w)",
                     sorted_list("w.fdwoptions"), privileges("w.fdwacl", 'F', "w.fdwowner"));
}

std::string languages() {
  return fmt::format(R"(
SELECT 'pg_language'::regclass::oid AS classid, l.oid AS objid, 0 AS subid, 0 AS relation, 'language' AS kind,
       l.lanname AS name, format('handler %s, validator %s, trusted %s', l.lanplcallfoid::regproc,
                                 l.lanvalidator::regproc, l.lanpltrusted) AS definition, {} AS privileges
FROM pg_language l WHERE l.lanispl)",
                     privileges("l.lanacl", 'l', "l.lanowner"));
}

std::string text_search_configurations() {
  return fmt::format(R"(
SELECT 'pg_ts_config'::regclass::oid AS classid, c.oid AS objid, 0 AS subid, 0 AS relation,
       'text search configuration' AS kind, n.nspname || '.' || c.cfgname AS name,
       (SELECT p.prsname FROM pg_ts_parser p WHERE p.oid = c.cfgparser) AS parser,
       (SELECT string_agg(m.maptokentype || ' ' || m.mapdict::regdictionary, ', ' ORDER BY m.maptokentype, m.mapseqno)
        FROM pg_ts_config_map m WHERE m.mapcfg = c.oid) AS mappings
FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace WHERE {})",
                     user_schema);
}

std::string text_search_dictionaries() {
  return fmt::format(R"(
SELECT 'pg_ts_dict'::regclass::oid AS classid, d.oid AS objid, 0 AS subid, 0 AS relation,
       'text search dictionary' AS kind, n.nspname || '.' || d.dictname AS name,
       (SELECT t.tmplname FROM pg_ts_template t WHERE t.oid = d.dicttemplate) AS template, d.dictinitoption AS options
FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace WHERE {})",
                     user_schema);
}

std::string default_privileges() {
  return fmt::format(R"(
SELECT 'pg_default_acl'::regclass::oid AS classid, d.oid AS objid, 0 AS subid, 0 AS relation,
       'default privileges' AS kind,
       format('of %s%s on %s', pg_get_userbyid(d.defaclrole), ' in ' || n.nspname,
              CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
                                   WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'other objects' END) AS name,
       {} AS privileges
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace)",
                     sorted_list("d.defaclacl::text[]"));
}

// ALTER DATABASE ... SET.
std::string settings() {
  return R"(
SELECT 'pg_database'::regclass::oid AS classid, 0 AS objid, 0 AS subid, 0 AS relation, 'database setting' AS kind,
       split_part(c, '=', 1) || coalesce(' of role ' || pg_get_userbyid(nullif(s.setrole, 0)), '') AS name,
       substr(c, strpos(c, '=') + 1) AS value
FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) c
WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))";
}

}  // namespace

std::vector<std::string> database_queries(int server_version) {
  return {schemas(),
          extensions(),
          collations(),
          event_triggers(),
          publications(server_version),
          foreign_data_wrappers(),
          foreign_servers(),
          languages(),
          text_search_configurations(),
          text_search_dictionaries(),
          default_privileges(),
          settings()};
}

}  // namespace pgrehearse::observe
