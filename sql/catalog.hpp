#pragma once
#include "sql/types/catalog.hpp"  // what the engine asks of the world: for those who answer it
