#include "tests/support/server.hpp"
