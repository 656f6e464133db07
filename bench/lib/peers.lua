-- The load on a peer: wrk … -s peers.lua URL -- DEPTH METHOD BODY_BYTES
-- Without a function `request` wrk sends a request that it made once; only batches need one. `done` prints what
-- lib/peer_load.py reads: exact numbers, where wrk's own report rounds.

function init(arguments)
    local depth = tonumber(arguments[1])
    local size = tonumber(arguments[3])
    wrk.method = arguments[2]
    if size > 0 then
        wrk.body = string.rep("x", size)
    end
    if depth > 1 then
        local batch = string.rep(wrk.format(), depth)
        request = function() return batch end
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    local late = string.format(
        "p50=%d p99=%d p999=%d", latency:percentile(50), latency:percentile(99), latency:percentile(99.9))
    local failed = string.format(
        "connect=%d read=%d write=%d timeout=%d status=%d",
        errors.connect, errors.read, errors.write, errors.timeout, errors.status)
    print(string.format(
        "peers: duration_us=%d requests=%d bytes=%d %s %s",
        summary.duration, summary.requests, summary.bytes, failed, late))
end
