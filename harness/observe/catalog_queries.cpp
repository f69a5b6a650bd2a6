#include "harness/observe/catalog_queries.hpp"

#include <fmt/format.h>

namespace pgrehearse::observe {
namespace {

// One row for each privilege of each grantee.
std::string privilege_rows(const std::string& acl) {
  return fmt::format(
      "SELECT CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(e.grantee) END || ' ' || e.privilege_type || "
      "CASE WHEN e.is_grantable THEN ' with grant option' ELSE '' END AS privilege FROM aclexplode({}) e",
      acl);
}

// Tables, views and their like. Sequences have a query of their own.
std::string relations() {
  return fmt::format(
      R"(
SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS subid, 0 AS relation,
       CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view'
                      WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END AS kind,
       n.nspname || '.' || c.relname AS name,
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END AS persistence,
       {options} AS options, {toast_options} AS "toast options",
       CASE WHEN c.relrowsecurity THEN 'yes' END AS "row security",
       CASE WHEN c.relforcerowsecurity THEN 'yes' END AS "forced row security",
       CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN 'index' END AS "replica identity",
       nullif(am.amname, 'heap') AS "access method", ts.spcname AS tablespace,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partition key",
       pg_get_expr(c.relpartbound, c.oid) AS "partition bound",
       (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i
        WHERE i.inhrelid = c.oid) AS parents,
       CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype::text END AS "of type",
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS definition,
       CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN 'no' END AS populated,
       (SELECT s.srvname || coalesce(' ' || {foreign_options}, '') FROM pg_foreign_table f
        JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid) AS server,
       {privileges} AS privileges
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN pg_am am ON am.oid = c.relam LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {user_schema})",
      fmt::arg("options", sorted_list("c.reloptions")), fmt::arg("toast_options", sorted_list("t.reloptions")),
      fmt::arg("foreign_options", sorted_list("f.ftoptions")),
      fmt::arg("privileges", privileges("c.relacl", 'r', "c.relowner")), fmt::arg("user_schema", user_schema));
}

// The position counts existing columns: attnum has holes where columns were dropped. The option pg_attver is no option
// but the server's own mark of when the column was last defined (seen in 15.20; pg_dump leaves it out as well).
std::string columns() {
  return fmt::format(
      R"(
SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, a.attnum AS subid, c.oid AS relation, 'column' AS kind,
       n.nspname || '.' || c.relname || '.' || a.attname AS name,
       row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum) AS position,
       format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END AS "collation",
       CASE WHEN a.attnotnull THEN 'yes' END AS "not null",
       CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS "default",
       CASE a.attgenerated WHEN 's' THEN 'stored ' WHEN 'v' THEN 'virtual ' END || pg_get_expr(d.adbin, d.adrelid)
         AS generated,
       CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END AS storage,
       nullif(a.attcompression, '')::text AS compression, nullif(a.attstattarget, -1) AS "statistics target",
       {options} AS options, {foreign_options} AS "foreign options",
       CASE WHEN a.attinhcount > 0 AND NOT c.relispartition THEN 'yes' END AS inherited,
       {privileges} AS privileges
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND {user_schema})",
      fmt::arg("options",
               sorted_list("array(SELECT o FROM unnest(a.attoptions) o WHERE NOT starts_with(o, 'pg_attver='))")),
      fmt::arg("foreign_options", sorted_list("a.attfdwoptions")),
      fmt::arg("privileges", privileges("a.attacl", 'c', "c.relowner")), fmt::arg("user_schema", user_schema));
}

// NOT NULL constraints, which have names from 18 on, show as an attribute of their column.
std::string constraints() {
  return fmt::format(R"(
SELECT 'pg_constraint'::regclass::oid AS classid, k.oid AS objid, 0 AS subid, c.oid AS relation, 'constraint' AS kind,
       n.nspname || '.' || c.relname || '.' || k.conname AS name, pg_get_constraintdef(k.oid) AS definition,
       CASE WHEN NOT k.convalidated THEN 'no' END AS validated,
       CASE WHEN k.coninhcount > 0 THEN 'yes' END AS inherited
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.conparentid = 0 AND {})",
                     user_schema);
}

// An index that enforces a constraint is that constraint, unless it has something of its own to say.
std::string indexes() {
  return fmt::format(R"(
SELECT * FROM (
  SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS subid, i.indrelid AS relation, 'index' AS kind,
         n.nspname || '.' || c.relname AS name,
         CASE WHEN k.conindid IS NULL THEN pg_get_indexdef(c.oid) END AS definition,
         CASE WHEN NOT i.indisvalid THEN 'no' END AS valid, CASE WHEN NOT i.indisready THEN 'no' END AS ready,
         CASE WHEN i.indisclustered THEN 'yes' END AS clustered,
         CASE WHEN i.indisreplident THEN 'yes' END AS "replica identity", ts.spcname AS tablespace,
         (SELECT string_agg(a.attname || ' ' || a.attstattarget, ', ' ORDER BY a.attnum) FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attstattarget >= 0) AS "statistics targets"
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
  LEFT JOIN (SELECT DISTINCT conindid FROM pg_constraint WHERE contype IN ('p', 'u', 'x')) k ON k.conindid = c.oid
  WHERE NOT c.relispartition AND {}) x
WHERE coalesce(definition, valid, ready, clustered, "replica identity", tablespace, "statistics targets") IS NOT NULL)",
                     user_schema);
}

std::string triggers() {
  return fmt::format(R"(
SELECT 'pg_trigger'::regclass::oid AS classid, t.oid AS objid, 0 AS subid, c.oid AS relation, 'trigger' AS kind,
       n.nspname || '.' || c.relname || '.' || t.tgname AS name, pg_get_triggerdef(t.oid) AS definition,
       CASE t.tgenabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'on replicas' WHEN 'A' THEN 'always' END AS enabled
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND {})",
                     user_schema);
}

std::string rules() {
  return fmt::format(R"(
SELECT 'pg_rewrite'::regclass::oid AS classid, r.oid AS objid, 0 AS subid, c.oid AS relation, 'rule' AS kind,
       n.nspname || '.' || c.relname || '.' || r.rulename AS name, pg_get_ruledef(r.oid) AS definition,
       CASE r.ev_enabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'on replicas' WHEN 'A' THEN 'always' END AS enabled
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND {})",
                     user_schema);
}

std::string policies() {
  return fmt::format(R"(
SELECT 'pg_policy'::regclass::oid AS classid, p.oid AS objid, 0 AS subid, c.oid AS relation, 'policy' AS kind,
       n.nspname || '.' || c.relname || '.' || p.polname AS name,
       CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete'
                     ELSE 'all' END AS command,
       CASE WHEN NOT p.polpermissive THEN 'yes' END AS restrictive,
       (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r) END, ', ' ORDER BY r)
        FROM unnest(p.polroles) r) AS roles,
       pg_get_expr(p.polqual, c.oid) AS using, pg_get_expr(p.polwithcheck, c.oid) AS "with check"
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {})",
                     user_schema);
}

// A sequence belongs to the table of the column that owns it.
std::string sequences() {
  return fmt::format(R"(
SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS subid, coalesce(o.refobjid, 0) AS relation,
       'sequence' AS kind, n.nspname || '.' || c.relname AS name, format_type(s.seqtypid, NULL) AS type,
       s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS minimum, s.seqmax AS maximum,
       nullif(s.seqcache, 1) AS cache, CASE WHEN s.seqcycle THEN 'yes' END AS cycle, a.attname AS "owned by",
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence, {} AS privileges
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.objsubid = 0
  AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
LEFT JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
WHERE {})",
                     privileges("c.relacl", 's', "c.relowner"), user_schema);
}

std::string statistics_objects() {
  return fmt::format(R"(
SELECT 'pg_statistic_ext'::regclass::oid AS classid, s.oid AS objid, 0 AS subid, s.stxrelid AS relation,
       'statistics object' AS kind, n.nspname || '.' || s.stxname AS name,
       pg_get_statisticsobjdef(s.oid) AS definition, nullif(s.stxstattarget, -1) AS "statistics target"
FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE {})",
                     user_schema);
}

}  // namespace

std::string privileges(const std::string& acl, char kind, const std::string& owner) {
  const std::string are = privilege_rows(acl), usual = privilege_rows(fmt::format("acldefault('{}', {})", kind, owner));
  return fmt::format(
      "CASE WHEN {0} IS NOT NULL THEN (SELECT string_agg(privilege, ', ' ORDER BY privilege) FROM (({1} EXCEPT {2}) "
      "UNION ALL SELECT 'without ' || privilege FROM ({2} EXCEPT {1}) lacking) special) END",
      acl, are, usual);
}

std::string sorted_list(const std::string& array) {
  return fmt::format("(SELECT string_agg(o, ', ' ORDER BY o) FROM unnest({}) o)", array);
}

std::vector<std::string> relation_queries(int) {
  return {relations(), columns(),  constraints(), indexes(),           triggers(),
          rules(),     policies(), sequences(),   statistics_objects()};
}

}  // namespace pgrehearse::observe
