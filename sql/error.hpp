#pragma once
#include "sql/types/error.hpp"  // what may be wrong with a statement or its run: for those outside
