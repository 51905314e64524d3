-- Asks for orders whose ids a file lists, one a line, with wrk:
--   wrk -t1 -c64 -d10s --latency -s Benchmarks/load/get-orders.lua http://127.0.0.1:8080 -- IDS
-- The order of asking is a fixed stride, so that every id comes round.

local requests, at = {}, 0

function init(arguments)
  for id in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", "/orders/" .. id)
  end
end

function request()
  at = (at + 7919) % #requests
  return requests[at + 1]
end
