-- Places orders of 244 bytes, each different from all others, with wrk:
--   wrk -t1 -c64 -d10s --latency -s Benchmarks/load/post-orders.lua http://127.0.0.1:8080
-- The counters are padded, so that the length is the same for all and the head is built once.

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local template = '{"customer_id":"customer-%02d-000000000000000000000-%09d","items":[' ..
  '{"product_id":"product-00000000000000000000-%06d","quantity":2,"unit_price":"19.95"},' ..
  '{"product_id":"product-00000000000000000000-%06d","quantity":5,"unit_price":"3.10"}]}'
local sent = 0

local function body()
  sent = sent + 1
  return template:format(number, sent, sent * 7919 % 1000000, sent * 6007 % 1000000)
end

function init()
  head = table.concat({
    "POST /orders HTTP/1.1",
    "Host: " .. wrk.headers["Host"],
    "Content-Type: application/json",
    "Content-Length: " .. #body(),
    "\r\n",
  }, "\r\n")
end

function request()
  return head .. body()
end
