#include "state/record_columns.hpp"

#include <charconv>

namespace trailpond::state {

std::string print_texts(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    out += std::to_string(text.size());
    out += ':';
    out += text;
    out += ',';
  }
  return out;
}

std::vector<std::string> parse_texts(std::string_view text) {
  std::vector<std::string> texts;
  while (!text.empty()) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || size > text.size() || digits + size + 2 > text.size()) {
      throw StorageError("a list of texts is damaged");
    }
    texts.emplace_back(text.substr(digits + 1, size));
    text.remove_prefix(digits + size + 2);
  }
  return texts;
}

void ColumnBinder::bind(const char* /*name*/, std::int64_t value) {
  statement_.bind(++index_, value);
}

void ColumnBinder::operator()(const char* /*name*/, const std::string& value) {
  statement_.bind(++index_, value);
}

void ColumnBinder::operator()(const char* /*name*/, const std::vector<std::string>& value) {
  // Short text lives inside the string: growing the vector must not move it.
  kept_.reserve(8);
  statement_.bind(++index_, kept_.emplace_back(print_texts(value)));
}

void ColumnBinder::operator()(const char* name,
                              const std::vector<std::pair<std::string, std::string>>& value) {
  std::vector<std::string> flat;
  flat.reserve(2 * value.size());
  for (const auto& [key, text] : value) {
    flat.push_back(key);
    flat.push_back(text);
  }
  (*this)(name, flat);
}

void ColumnReader::operator()(const char* /*name*/, std::string& value) {
  value = statement_.text(index_++);
}

void ColumnReader::operator()(const char* /*name*/, std::vector<std::string>& value) {
  value = parse_texts(statement_.text(index_++));
}

void ColumnReader::operator()(const char* name,
                              std::vector<std::pair<std::string, std::string>>& value) {
  std::vector<std::string> flat;
  (*this)(name, flat);
  value.clear();
  for (std::size_t i = 0; i + 1 < flat.size(); i += 2) {
    value.emplace_back(std::move(flat[i]), std::move(flat[i + 1]));
  }
}

}  // namespace trailpond::state
