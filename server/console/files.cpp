#include "server/console/files.hpp"

#include <array>

#include "base/embed.hpp"

TRAILPOND_EMBED(trailpond_console_index_html, "server/console/index.html")
TRAILPOND_EMBED(trailpond_console_console_css, "server/console/console.css")
TRAILPOND_EMBED(trailpond_console_icon_svg, "server/console/icon.svg")
TRAILPOND_EMBED(trailpond_console_api_js, "server/console/api.js")
TRAILPOND_EMBED(trailpond_console_console_js, "server/console/console.js")
TRAILPOND_EMBED(trailpond_console_dom_js, "server/console/dom.js")
TRAILPOND_EMBED(trailpond_console_editor_js, "server/console/editor.js")
TRAILPOND_EMBED(trailpond_console_query_js, "server/console/query.js")
TRAILPOND_EMBED(trailpond_console_sql_js, "server/console/sql.js")
TRAILPOND_EMBED(trailpond_console_views_js, "server/console/views.js")

namespace trailpond::console {
namespace {

struct File {
  std::string_view name;
  std::string_view type;
  std::string_view content;
};

const auto& all_files() {
  static const std::array files = {
      File{"index.html", "text/html; charset=utf-8", trailpond_console_index_html()},
      File{"console.css", "text/css; charset=utf-8", trailpond_console_console_css()},
      File{"icon.svg", "image/svg+xml", trailpond_console_icon_svg()},
      File{"api.js", "text/javascript; charset=utf-8", trailpond_console_api_js()},
      File{"console.js", "text/javascript; charset=utf-8", trailpond_console_console_js()},
      File{"dom.js", "text/javascript; charset=utf-8", trailpond_console_dom_js()},
      File{"editor.js", "text/javascript; charset=utf-8", trailpond_console_editor_js()},
      File{"query.js", "text/javascript; charset=utf-8", trailpond_console_query_js()},
      File{"sql.js", "text/javascript; charset=utf-8", trailpond_console_sql_js()},
      File{"views.js", "text/javascript; charset=utf-8", trailpond_console_views_js()},
  };
  return files;
}

/// Nothing from elsewhere, nothing inline, and nobody may frame it.
constexpr std::string_view kFields =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
    "Cache-Control: no-cache\r\n";

}  // namespace

bool is_own(std::string_view path) { return path == kPage || path.starts_with(kFiles); }

bool answer(std::string_view path, http::Response& response) {
  const std::string_view name = path == kPage ? "index.html" : path.substr(kFiles.size());
  for (const File& file : all_files()) {
    if (file.name == name && (path == kPage || name != "index.html")) {
      response.content_type = file.type;
      response.body = file.content;
      response.fields = kFields;
      return true;
    }
  }
  return false;
}

}  // namespace trailpond::console
