#pragma once

/// Files as responses, with everything that HTTP has for them: media type, validators and conditional requests, ranges,
/// compressed siblings.
///
///     server.route("/static/{path:^.*$}", get(static_files("public")));
///     server.route("/app/{path:^.*$}", get(static_files("dist", {.index = "index.html", .fallback = "index.html"})));
///
///     Task<> download(Context ctx) {
///         co_await serve_file(ctx, "reports", ctx.get_route_param<std::string>("name"));
///     }
///
/// Only regular files below the root are served. A name that begins with a dot, an empty segment, "..", a backslash, a
/// link that leads out of the root, a directory, a pipe, a device, and what may not be read are all answered like what
/// is not there: 404. Files are looked up and opened on the thread pool, so that a slow disk holds no loop.
///
/// An ETag is made of inode, size and the time of the last change (ctime, which no program can set), and is strong. A
/// file that has changed within the last second gets neither ETag nor Last-Modified: it may change once more without
/// either showing it. Replace files by renaming a new one over them; one that is rewritten in place while it is sent
/// arrives mixed, and one that becomes shorter ends the connection.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/web/context.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace hyperlane {

struct StaticFilesOptions {
    /// What a directory answers with, such as "index.html"; a directory asked for without the slash at its end is
    /// redirected. Empty: directories are not found. They are never listed.
    std::string index = {};
    /// Cache-Control, unless the response has one already.
    std::string cache_control = {};
    /// The file, from the root, that answers with 200 for pages that are not there: for applications that route in the
    /// browser. Names with a dot in their last segment are not pages and stay 404.
    std::string fallback = {};
    /// Send `x.br`, `x.zst` or `x.gz` beside `x` to clients that take it. They must hold the same content as `x`:
    /// nothing looks. Responses then carry `Vary: Accept-Encoding`.
    bool precompressed = true;
    /// Follow symbolic links that stay below the root. Where the kernel cannot see to that (before Linux 5.6, or
    /// forbidden by a sandbox), none is followed.
    bool symlinks = true;
    /// Serve what is below `.well-known` at the root.
    bool well_known = false;
};

namespace web {
struct FileSource;
}

/// A directory to serve from, opened once; copies share it. Is a handler: it answers with the file that the last
/// parameter of its route names, or with the root itself where the route has none.
class StaticFiles {
public:
    /// errors   throws std::system_error naming the directory if it cannot be opened
    explicit StaticFiles(std::string_view root, StaticFilesOptions options = {});

    /// Answer with the file that the route's last parameter names.
    /// errors   throws HttpError as `serve_file` does
    Task<> operator()(Context ctx) const;

    /// Answer with a file of this directory, as `serve_file` does.
    Task<> serve(Context ctx, std::string path) const;

private:
    std::shared_ptr<const web::FileSource> source_;
};

/// A handler for a directory.
///
/// in       root: a relative one starts at the working directory of this moment, and is held open: what is later put
///          in its place is not seen
/// errors   throws std::system_error naming the directory if it cannot be opened, before the server runs
[[nodiscard]] inline StaticFiles static_files(std::string_view root, StaticFilesOptions options = {}) {
    return StaticFiles(root, std::move(options));
}

/// Set the response to the file `path` of the directory `root`, with the options' defaults; `StaticFiles::serve` has
/// the others and opens the directory once. Fields that are set already stay. With a status other than
/// 200 set before, the file is the body of that (an error page): conditions and ranges are not looked at then.
///
/// in       path: decoded, as `get_route_param` gives it; not trusted
/// returns  with the response set: 200, 206, 304, 416; nothing has been sent yet
/// errors   throws HttpError: 404; 405 for anything but GET and HEAD; 406 if the client refuses the file uncompressed
///          and no sibling suits it; 412 as RFC 9110 13 asks; 503 without descriptors. A root that
///          cannot be opened is std::system_error, so 500
/// cost     one job on the thread pool; files up to 16 KiB are read there, larger ones are sent from the file
/// cancel   throws Cancelled
Task<> serve_file(Context ctx, std::string root, std::string path);

}  // namespace hyperlane
