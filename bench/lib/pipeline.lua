-- Sends the requests of a connection in batches: wrk … -s pipeline.lua URL -- DEPTH
-- wrk counts every response of a batch, but its latencies are of no use then (it reports 0 for high percentiles).

local batch

function init(arguments)
    local depth = tonumber(arguments[1]) or 16
    batch = string.rep(wrk.format(), depth)
end

function request()
    return batch
end
