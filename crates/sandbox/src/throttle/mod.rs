//! What a caller may use up, as both services document it: who uses more is slowed down, then
//! refused. Off unless the world's settings say so. Told the time; reads no clock.
//!
//! Azure DevOps counts usage in units of its own over five minutes, delays first and tells so in
//! `X-RateLimit-…`; see "Rate and usage limits". Microsoft Graph counts resource units over ten
//! seconds and writes over two and a half minutes; see "Identity and access throttling limits".

mod allowance;
mod bucket;
mod graph;

use std::time::Duration;

use super::request::Request;
use super::world::Throttling;
pub use allowance::Allowance;
use bucket::Bucket;
use graph::{Cost, cost};

/// What is used up.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    devops: Bucket,
    units: Bucket,
    writes: Bucket,
}

/// What the limits mean for one request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Charged {
    /// Refused with 429, and nothing is done.
    pub(crate) is_refused: bool,
    /// Done late.
    pub(crate) delay: Duration,
    /// Told in the answer.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// What Azure DevOps gives each user in five minutes.
const DEVOPS_UNITS: f64 = 200.0;
const DEVOPS_WINDOW_MS: f64 = 300_000.0;

/// What one request uses. The service documents none: a unit is what a typical user needs in five
/// minutes, which we take for ten requests.
const DEVOPS_UNITS_A_REQUEST: f64 = 0.1;

/// The share above which answers tell how much is left, before anything is delayed.
const DEVOPS_TOLD_ABOVE: f64 = 0.8;

/// The longest documented delay; who would wait longer is refused.
const DEVOPS_DELAY_MAX_MS: f64 = 30_000.0;

/// Microsoft Graph by size of the tenant: fewer than 50 users, up to 500, more.
const GRAPH_UNITS: [f64; 3] = [3_500.0, 5_000.0, 8_000.0];
const GRAPH_WINDOW_MS: f64 = 10_000.0;
const GRAPH_WRITES: f64 = 3_000.0;
const GRAPH_WRITES_WINDOW_MS: f64 = 150_000.0;

/// Below this share of a limit Microsoft Graph says nothing.
const GRAPH_TOLD_ABOVE: f64 = 0.8;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    DevOps,
    Graph {
        /// How many users the tenant has.
        users: usize,
    },
}

impl Usage {
    /// Counts a request.
    pub(crate) fn charge(
        &mut self,
        service: Service,
        request: &Request,
        limits: Throttling,
        now_ms: u64,
    ) -> Charged {
        let scale = f64::from(limits.scale.max(1));
        match service {
            Service::DevOps if limits.devops => self.charge_devops(limits, scale, now_ms),
            Service::Graph { users } if limits.graph => {
                let asked = cost(request);
                let units = match users {
                    0..50 => GRAPH_UNITS[0],
                    50..=500 => GRAPH_UNITS[1],
                    _ => GRAPH_UNITS[2],
                };
                self.charge_graph(&asked, units / scale, limits, now_ms)
            }
            Service::DevOps | Service::Graph { .. } => Charged::default(),
        }
    }

    fn charge_devops(&mut self, limits: Throttling, scale: f64, now_ms: u64) -> Charged {
        let limit = DEVOPS_UNITS / scale;
        let used = self.devops.level(now_ms, limit, DEVOPS_WINDOW_MS) + DEVOPS_UNITS_A_REQUEST;
        let share = used / limit;
        // How long until enough has been given back for this request.
        let over_ms = ((share - 1.0).max(0.0) * DEVOPS_WINDOW_MS).round();
        let is_refused = over_ms > DEVOPS_DELAY_MAX_MS;
        if !is_refused {
            self.devops.add(DEVOPS_UNITS_A_REQUEST);
        }
        if share <= DEVOPS_TOLD_ABOVE {
            return Charged::default();
        }
        let mut headers = vec![
            ("x-ratelimit-resource", "AzureDevOps/Sandbox".to_owned()),
            ("x-ratelimit-limit", format!("{limit:.0}")),
            (
                "x-ratelimit-remaining",
                format!("{:.0}", (limit - used).max(0.0)),
            ),
            ("x-ratelimit-reset", reset(now_ms, share * DEVOPS_WINDOW_MS)),
        ];
        let wait_ms = if is_refused { over_ms } else { 0.0 };
        if limits.told && (over_ms > 0.0 || is_refused) {
            headers.push(("retry-after", format!("{:.0}", (over_ms / 1000.0).ceil())));
        }
        let mut delay = Duration::ZERO;
        if over_ms > 0.0 && wait_ms == 0.0 {
            delay = Duration::from_secs_f64(over_ms / 1000.0);
            headers.push(("x-ratelimit-delay", format!("{:.3}", over_ms / 1000.0)));
        }
        Charged {
            is_refused,
            delay,
            headers,
        }
    }

    fn charge_graph(
        &mut self,
        asked: &Cost,
        units: f64,
        limits: Throttling,
        now_ms: u64,
    ) -> Charged {
        let scale = f64::from(limits.scale.max(1));
        let writes = GRAPH_WRITES / scale;
        let used_units = self.units.level(now_ms, units, GRAPH_WINDOW_MS) + asked.units;
        let used_writes = self.writes.level(now_ms, writes, GRAPH_WRITES_WINDOW_MS) + asked.writes;
        let (of_units, of_writes) = (used_units / units, used_writes / writes);
        let mut headers = vec![("x-ms-resource-unit", format!("{:.0}", asked.units))];
        let share = if asked.writes > 0.0 {
            of_units.max(of_writes)
        } else {
            of_units
        };
        if share > GRAPH_TOLD_ABOVE {
            let told = format!("{:.2}", share.min(1.8));
            headers.push(("x-ms-throttle-limit-percentage", told));
        }
        let is_refused = share > 1.0;
        if is_refused {
            let over_writes = asked.writes > 0.0 && of_writes > of_units;
            let (what, over, window) = if over_writes {
                ("WriteLimitExceeded", of_writes, GRAPH_WRITES_WINDOW_MS)
            } else {
                ("ResourceUnitLimitExceeded", of_units, GRAPH_WINDOW_MS)
            };
            headers.push(("x-ms-throttle-information", what.to_owned()));
            let scope = "Tenant_Application/ReadWrite/sandbox-client/sandbox";
            headers.push(("x-ms-throttle-scope", scope.to_owned()));
            if limits.told {
                let wait_s = ((over - 1.0) * window / 1000.0).ceil().max(1.0);
                headers.push(("retry-after", format!("{wait_s:.0}")));
            }
        } else {
            self.units.add(asked.units);
            self.writes.add(asked.writes);
        }
        Charged {
            is_refused,
            delay: Duration::ZERO,
            headers,
        }
    }
}

/// When everything is given back, in seconds since 1970 of the sandbox's own calendar.
fn reset(now_ms: u64, wait_ms: f64) -> String {
    // 2026-01-01, when every world begins.
    let begin = 1_767_225_600.0;
    let run = Duration::from_millis(now_ms).as_secs_f64();
    format!("{:.0}", begin + run + wait_ms / 1000.0)
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::*;

    fn request(method: Method, host: &str, path: &str, query: &str) -> Request {
        Request::at(method, host.to_owned(), path, query)
    }

    fn header(charged: &Charged, name: &str) -> Option<String> {
        let mut headers = charged.headers.iter();
        headers
            .find(|(n, _)| *n == name)
            .map(|(_, value)| value.clone())
    }

    #[test]
    fn azure_devops_tells_then_delays_then_refuses() {
        let limits = Throttling {
            devops: true,
            scale: 100,
            ..Throttling::default()
        };
        let get = request(Method::GET, "dev.azure.com", "contoso/_apis", "");
        let mut usage = Usage::default();
        let mut ask = |now_ms| usage.charge(Service::DevOps, &get, limits, now_ms);
        let answers: Vec<Charged> = (0..24).map(|_| ask(0)).collect();
        assert_eq!(answers[0], Charged::default());
        assert_eq!(header(&answers[17], "x-ratelimit-limit").unwrap(), "2");
        assert_eq!(answers[17].delay, Duration::ZERO);
        assert_eq!(answers[20].delay.as_secs(), 15);
        assert_eq!(header(&answers[20], "x-ratelimit-remaining").unwrap(), "0");
        assert_eq!(header(&answers[20], "retry-after").unwrap(), "15");
        assert!(answers[23].is_refused);
        assert!(!ask(300_000).is_refused, "five minutes later");
    }

    #[test]
    fn microsoft_graph_counts_units_and_writes_apart() {
        let limits = Throttling {
            graph: true,
            scale: 1000,
            ..Throttling::default()
        };
        let service = Service::Graph { users: 10 };
        let host = "graph.microsoft.com";
        let get = request(Method::GET, host, "v1.0/users", "$select=id");
        let post = request(Method::POST, host, "v1.0/invitations", "");
        let mut usage = Usage::default();
        let mut ask = |request, now_ms| usage.charge(service, request, limits, now_ms);
        for _ in 0..3 {
            assert!(!ask(&post, 0).is_refused);
        }
        let refused = ask(&post, 2000);
        assert!(refused.is_refused);
        let what = header(&refused, "x-ms-throttle-information").unwrap();
        assert_eq!(what, "WriteLimitExceeded");
        assert!(!ask(&get, 2000).is_refused, "reads go on");
        let refused = ask(&get, 2000);
        assert!(refused.is_refused);
        let what = header(&refused, "x-ms-throttle-information").unwrap();
        assert_eq!(what, "ResourceUnitLimitExceeded");
        assert!(!ask(&get, 12_000).is_refused, "ten seconds later");
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let limits = Throttling {
            scale: 100_000,
            ..Throttling::default()
        };
        let get = request(Method::GET, "graph.microsoft.com", "v1.0/users", "");
        let mut usage = Usage::default();
        for service in [Service::DevOps, Service::Graph { users: 1 }] {
            let charged = usage.charge(service, &get, limits, 0);
            assert_eq!(charged, Charged::default());
        }
    }
}
