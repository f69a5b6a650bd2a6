#include "harness/app/program.hpp"

int main(int count, char** words) { return pgrehearse::app::run_program({words + 1, words + count}); }
