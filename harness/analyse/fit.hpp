// How time grows with rows: three curves through a few measured points, each fitted to the relative error, so that the
// small sizes count as much as the large ones.
#pragma once

#include <vector>

namespace pgrehearse::analyse {

struct SizeTime {
  double rows = 0, value = 0;  // both above zero
};

// value = a + b * g(rows) by least squares with weights 1 / value^2; b is not negative. The constant may be: where time
// per row rises with the rows, a fit through a >= 0 misses 10M rows by 54 and 76 % (index on a text, foreign key) where
// the free one misses by 37 and 66 %. The curves are for sizes beyond those measured, never for smaller ones.
struct Line {
  double a = 0, b = 0;
};

// At least one point. With all points at one size: b is 0.
Line fit_linear(const std::vector<SizeTime>& points);
Line fit_n_log_n(const std::vector<SizeTime>& points);  // g(rows) = rows * log2(rows)
double at_linear(const Line& line, double rows);
double at_n_log_n(const Line& line, double rows);

// The exponent p of value = c * rows^p, by least squares of the logarithms. 0 with all points at one size.
double fit_exponent(const std::vector<SizeTime>& points);

}  // namespace pgrehearse::analyse
