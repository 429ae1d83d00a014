-- A mebibyte up: LARGE in src/cases.rs.
wrk.method = 'POST'
wrk.headers['Content-Type'] = 'application/octet-stream'
wrk.body = string.rep('x', 1024 * 1024)
