-- Sixteen requests a write: AT_ONCE in src/cases.rs.
local all

init = function()
  all = string.rep(wrk.format(), 16)
end

request = function()
  return all
end
