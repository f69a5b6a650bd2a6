#include "harness/load/access_path.hpp"

namespace pgrehearse::load {

std::vector<AccessPath> read_access_paths(postgres::Session& session) {
  const auto rows = session.query(R"(
      SELECT n.nspname || '.' || t.relname, i.indisunique AND NOT 0 = ANY (i.indkey::int2[]),
             ARRAY(SELECT a.attname FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, position)
                   JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
                   WHERE k.position <= i.indnkeyatts
                     AND k.position < coalesce(array_position(i.indkey::int2[], 0::int2), 32767)
                   ORDER BY k.position)
      FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
      JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
      JOIN pg_attribute f ON f.attrelid = i.indrelid AND f.attnum = i.indkey[0]
      WHERE m.amname = 'btree' AND i.indisvalid
        AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', f.attname))
        AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
      ORDER BY 1, NOT i.indisprimary, c.relname)");
  std::vector<AccessPath> paths;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    AccessPath path{rows.string(r, 0), rows.array(r, 2), rows.boolean(r, 1)};
    if (!path.columns.empty()) paths.push_back(std::move(path));
  }
  return paths;
}

std::vector<IndexedColumns> read_indexed_columns(postgres::Session& session) {
  const auto rows = session.query(R"(
      WITH mentioned AS (
        SELECT i.indrelid AS relation, a.attname, i.indisunique OR i.indisexclusion AS decisive
        FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum > 0
        WHERE a.attnum = ANY (i.indkey::int2[])
           OR EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                        AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid
                        AND d.refobjsubid = a.attnum)
        UNION ALL
        SELECT p.partrelid, a.attname, true
        FROM pg_partitioned_table p JOIN pg_attribute a ON a.attrelid = p.partrelid
        WHERE a.attnum = ANY (p.partattrs::int2[])
           OR EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = p.partrelid AND d.objsubid = 0
                        AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p.partrelid
                        AND d.refobjsubid = a.attnum))
      SELECT n.nspname || '.' || t.relname, array_agg(DISTINCT m.attname),
             coalesce(array_agg(DISTINCT m.attname) FILTER (WHERE m.decisive), '{}')
      FROM mentioned m JOIN pg_class t ON t.oid = m.relation JOIN pg_namespace n ON n.oid = t.relnamespace
      WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
      GROUP BY 1 ORDER BY 1)");
  std::vector<IndexedColumns> all;
  for (std::size_t r = 0; r < rows.size(); ++r) all.push_back({rows.string(r, 0), rows.array(r, 1), rows.array(r, 2)});
  return all;
}

}  // namespace pgrehearse::load
