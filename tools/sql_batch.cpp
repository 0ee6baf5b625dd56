#include <iostream>

#include "server/cli/sql_command.hpp"

int main() { return trailpond::cli::run_sql_batch(std::cin, std::cout); }
