// libmicrohttpd has no router and no middleware: paths are matched by hand. One internal thread with epoll.

#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char kib[1024];
static char mib[1024 * 1024];

// Filled when first asked for: a server that is not asked for it does not hold it in memory.
static void* filled(char* bytes, size_t size) {
    if (bytes[0] == 0) memset(bytes, 'x', size);
    return bytes;
}

struct upload {
    char* bytes;
    size_t size;
};

static enum MHD_Result answer(struct MHD_Connection* connection, unsigned status, size_t size, void* body,
                              enum MHD_ResponseMemoryMode mode, const char* type) {
    struct MHD_Response* response = MHD_create_response_from_buffer(size, body, mode);
    MHD_add_response_header(response, "Content-Type", type);
    enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result text(struct MHD_Connection* connection, size_t size, void* body,
                            enum MHD_ResponseMemoryMode mode) {
    return answer(connection, MHD_HTTP_OK, size, body, mode, "text/plain; charset=utf-8");
}

static enum MHD_Result person(struct MHD_Connection* connection) {
    char json[256];
    int size = snprintf(json, sizeof json, "{\"id\":%d,\"name\":\"%s\",\"email\":\"%s\",\"active\":%s,\"score\":%g}", 7,
                        "Ada Lovelace", "ada@example.org", "true", 99.5);
    return answer(connection, MHD_HTTP_OK, (size_t)size, json, MHD_RESPMEM_MUST_COPY, "application/json");
}

static enum MHD_Result echo(struct MHD_Connection* connection, const char* data, size_t* size, struct upload* upload) {
    if (*size > 0) {
        upload->bytes = realloc(upload->bytes, upload->size + *size);
        memcpy(upload->bytes + upload->size, data, *size);
        upload->size += *size;
        *size = 0;
        return MHD_YES;
    }
    return text(connection, upload->size, upload->bytes, MHD_RESPMEM_MUST_COPY);
}

static enum MHD_Result handle(void* context, struct MHD_Connection* connection, const char* path, const char* method,
                              const char* version, const char* data, size_t* size, void** state) {
    (void)context, (void)version;
    if (*state == NULL) {  // the head: an answer now would end the connection
        *state = calloc(1, sizeof(struct upload));
        return MHD_YES;
    }
    if (strcmp(path, "/echo") == 0 && strcmp(method, "POST") == 0) return echo(connection, data, size, *state);
    if (strcmp(path, "/") == 0) return text(connection, 13, "Hello, World!", MHD_RESPMEM_PERSISTENT);
    if (strncmp(path, "/users/", 7) == 0)
        return text(connection, strlen(path + 7), (void*)(path + 7), MHD_RESPMEM_MUST_COPY);
    if (strcmp(path, "/json") == 0) return person(connection);
    if (strcmp(path, "/1k") == 0) return text(connection, sizeof kib, filled(kib, sizeof kib), MHD_RESPMEM_PERSISTENT);
    if (strcmp(path, "/1m") == 0) return text(connection, sizeof mib, filled(mib, sizeof mib), MHD_RESPMEM_PERSISTENT);
    return answer(connection, MHD_HTTP_NOT_FOUND, 9, "not found", MHD_RESPMEM_PERSISTENT, "text/plain");
}

static void done(void* context, struct MHD_Connection* connection, void** state, enum MHD_RequestTerminationCode code) {
    (void)context, (void)connection, (void)code;
    struct upload* upload = *state;
    if (upload != NULL) free(upload->bytes);
    free(upload);
    *state = NULL;
}

int main(int argc, char** argv) {
    if (argc != 2) return fputs("usage: libmicrohttpd PORT\n", stderr), 2;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    struct MHD_Daemon* daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (unsigned short)atoi(argv[1]), NULL, NULL, handle, NULL,
                         MHD_OPTION_NOTIFY_COMPLETED, done, NULL, MHD_OPTION_CONNECTION_LIMIT, 1000, MHD_OPTION_END);
    if (daemon == NULL) return fputs("cannot listen\n", stderr), 1;
    int caught;
    sigwait(&signals, &caught);
    MHD_stop_daemon(daemon);
}
