-- Called as `wrk … -s wrk.lua URL METHOD [BODY]`; its last line is what it counted, as JSON.

function init(args)
   wrk.method = args[1]
   if args[2] then
      wrk.body = args[2]
      wrk.headers["Content-Type"] = "application/json"
   end
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '{"requests": %d, "microseconds": %d, "refused": %d, "broken": %d}\n',
      summary.requests, summary.duration, errors.status,
      errors.connect + errors.read + errors.write
   ))
end
