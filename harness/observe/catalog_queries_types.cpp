// Functions, types and what is built on them.
#include <fmt/format.h>

#include "harness/observe/catalog_queries.hpp"

namespace pgrehearse::observe {
namespace {

std::string functions() {
  return fmt::format(R"(
SELECT 'pg_proc'::regclass::oid AS classid, p.oid AS objid, 0 AS subid, 0 AS relation,
       CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END AS kind,
       n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name,
       pg_get_functiondef(p.oid) AS definition, {} AS privileges
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind <> 'a' AND {})",
                     privileges("p.proacl", 'f', "p.proowner"), user_schema);
}

std::string aggregates() {
  return fmt::format(R"(
SELECT 'pg_proc'::regclass::oid AS classid, p.oid AS objid, 0 AS subid, 0 AS relation, 'aggregate' AS kind,
       n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name,
       format('%s, state %s by %s, final %s, combine %s, initial %s, parallel %s, kind %s',
              format_type(p.prorettype, NULL), format_type(a.aggtranstype, NULL), a.aggtransfn, a.aggfinalfn,
              a.aggcombinefn, coalesce(a.agginitval, 'NULL'), p.proparallel, a.aggkind) AS definition,
       {} AS privileges
FROM pg_proc p JOIN pg_aggregate a ON a.aggfnoid = p.oid JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {})",
                     privileges("p.proacl", 'f', "p.proowner"), user_schema);
}

std::string enums() {
  return fmt::format(R"(
SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS subid, 0 AS relation, 'enum' AS kind,
       n.nspname || '.' || t.typname AS name,
       (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e
        WHERE e.enumtypid = t.oid) AS labels, {} AS privileges
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND {})",
                     privileges("t.typacl", 'T', "t.typowner"), user_schema);
}

std::string domains() {
  return fmt::format(R"(
SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS subid, 0 AS relation, 'domain' AS kind,
       n.nspname || '.' || t.typname AS name, format_type(t.typbasetype, t.typtypmod) AS type,
       CASE WHEN t.typnotnull THEN 'yes' END AS "not null", t.typdefault AS "default",
       CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END AS "collation",
       (SELECT string_agg(k.conname || ' ' || pg_get_constraintdef(k.oid), ', ' ORDER BY k.conname)
        FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') AS constraints, {} AS privileges
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype
WHERE t.typtype = 'd' AND {})",
                     privileges("t.typacl", 'T', "t.typowner"), user_schema);
}

// Tables have row types too: relkind 'c' is a type that stands alone.
std::string composites() {
  return fmt::format(R"(
SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS subid, 0 AS relation, 'composite type' AS kind,
       n.nspname || '.' || t.typname AS name,
       (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) ||
                          CASE WHEN a.attcollation <> at.typcollation
                               THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END, ', ' ORDER BY a.attnum)
        FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS attributes, {} AS privileges
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_class c ON c.oid = t.typrelid
WHERE t.typtype = 'c' AND c.relkind = 'c' AND {})",
                     privileges("t.typacl", 'T', "t.typowner"), user_schema);
}

std::string ranges() {
  return fmt::format(R"(
SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS subid, 0 AS relation, 'range type' AS kind,
       n.nspname || '.' || t.typname AS name,
       format('of %s, class %s, collation %s, canonical %s, difference %s', format_type(r.rngsubtype, NULL),
              (SELECT o.opcname FROM pg_opclass o WHERE o.oid = r.rngsubopc), r.rngcollation::regcollation,
              r.rngcanonical, r.rngsubdiff) AS definition, {} AS privileges
FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {})",
                     privileges("t.typacl", 'T', "t.typowner"), user_schema);
}

// Array types go with their elements' types.
std::string base_types() {
  return fmt::format(R"(
SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS subid, 0 AS relation, 'type' AS kind,
       n.nspname || '.' || t.typname AS name,
       format('input %s, output %s, length %s, alignment %s, storage %s, category %s, default %s', t.typinput,
              t.typoutput, t.typlen, t.typalign, t.typstorage, t.typcategory, coalesce(t.typdefault, 'NULL'))
         AS definition, {} AS privileges
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'b' AND t.typisdefined AND t.typcategory <> 'A' AND {})",
                     privileges("t.typacl", 'T', "t.typowner"), user_schema);
}

std::string operators() {
  return fmt::format(R"(
SELECT 'pg_operator'::regclass::oid AS classid, o.oid AS objid, 0 AS subid, 0 AS relation, 'operator' AS kind,
       format('%s.%s(%s, %s)', n.nspname, o.oprname, format_type(nullif(o.oprleft, 0), NULL),
              format_type(nullif(o.oprright, 0), NULL)) AS name,
       format('function %s, commutator %s, negator %s, restrict %s, join %s, hashes %s, merges %s', o.oprcode,
              o.oprcom::regoperator, o.oprnegate::regoperator, o.oprrest, o.oprjoin, o.oprcanhash, o.oprcanmerge)
         AS definition
FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE o.oprcode <> 0 AND {})",
                     user_schema);
}

std::string operator_classes() {
  return fmt::format(R"(
SELECT 'pg_opclass'::regclass::oid AS classid, o.oid AS objid, 0 AS subid, 0 AS relation, 'operator class' AS kind,
       format('%s.%s using %s', n.nspname, o.opcname, m.amname) AS name,
       format('for %s%s, keys %s, family %s', format_type(o.opcintype, NULL),
              CASE WHEN o.opcdefault THEN ' by default' END, format_type(nullif(o.opckeytype, 0), NULL),
              f.opfname) AS definition,
       (SELECT string_agg(format('%s %s', a.amopstrategy, a.amopopr::regoperator), ', ' ORDER BY a.amopstrategy)
        FROM pg_amop a WHERE a.amopfamily = o.opcfamily AND a.amoplefttype = o.opcintype) AS operators,
       (SELECT string_agg(format('%s %s', a.amprocnum, a.amproc), ', ' ORDER BY a.amprocnum)
        FROM pg_amproc a WHERE a.amprocfamily = o.opcfamily AND a.amproclefttype = o.opcintype) AS functions
FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace JOIN pg_am m ON m.oid = o.opcmethod
JOIN pg_opfamily f ON f.oid = o.opcfamily WHERE {})",
                     user_schema);
}

std::string casts() {
  return fmt::format(R"(
SELECT 'pg_cast'::regclass::oid AS classid, c.oid AS objid, 0 AS subid, 0 AS relation, 'cast' AS kind,
       format('%s to %s', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)) AS name,
       format('function %s, context %s, method %s', c.castfunc::regprocedure, c.castcontext, c.castmethod) AS definition
FROM pg_cast c WHERE c.oid >= {})",
                     first_user_oid);
}

}  // namespace

std::vector<std::string> routine_and_type_queries(int) {
  return {enums(),     domains(),    composites(), ranges(),           base_types(),
          functions(), aggregates(), operators(),  operator_classes(), casts()};
}

}  // namespace pgrehearse::observe
