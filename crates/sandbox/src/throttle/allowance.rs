//! What a caller may count on, for whoever wants to know how fast something can go at best.

use std::time::Duration;

use super::{
    DEVOPS_DELAY_MAX_MS, DEVOPS_UNITS, DEVOPS_UNITS_A_REQUEST, DEVOPS_WINDOW_MS, GRAPH_WRITES,
    GRAPH_WRITES_WINDOW_MS,
};
use crate::world::Throttling;

/// What a service gives a caller who has used nothing yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Allowance {
    /// Requests that are served without a wait.
    pub at_once: f64,
    /// Requests that are given back every second.
    pub a_second: f64,
}

impl Allowance {
    fn new(limit: f64, window_ms: f64, scale: u32) -> Self {
        let limit = limit / f64::from(scale.max(1));
        Self {
            at_once: limit,
            a_second: limit * 1000.0 / window_ms,
        }
    }

    /// The shortest time in which so many requests can be sent.
    pub fn shortest(&self, requests: u32) -> Duration {
        let waiting = (f64::from(requests) - self.at_once).max(0.0);
        Duration::from_secs_f64(waiting / self.a_second)
    }
}

impl Throttling {
    /// Requests to Azure DevOps; none where it limits nothing. The time for which it delays a request
    /// instead of refusing it counts as given back.
    pub fn devops_requests(self) -> Option<Allowance> {
        let window_ms = DEVOPS_WINDOW_MS;
        let limit = DEVOPS_UNITS / DEVOPS_UNITS_A_REQUEST;
        let late = 1.0 + DEVOPS_DELAY_MAX_MS / window_ms;
        self.devops.then(|| {
            let allowance = Allowance::new(limit, window_ms, self.scale);
            Allowance {
                at_once: allowance.at_once * late,
                ..allowance
            }
        })
    }

    /// Writes to Microsoft Graph; none where it limits nothing.
    pub fn graph_writes(self) -> Option<Allowance> {
        let window_ms = GRAPH_WRITES_WINDOW_MS;
        let allowance = || Allowance::new(GRAPH_WRITES, window_ms, self.scale);
        self.graph.then(allowance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_limits_bound_ten_thousand_requests() {
        let limits = Throttling {
            devops: true,
            graph: true,
            ..Throttling::default()
        };
        let graph = limits.graph_writes().unwrap();
        assert_eq!(graph.shortest(10_000), Duration::from_secs(350));
        assert_eq!(graph.shortest(3_000), Duration::ZERO);
        let devops = limits.devops_requests().unwrap();
        assert_eq!(devops.shortest(10_000), Duration::from_secs(1170));
        assert_eq!(Throttling::default().graph_writes(), None);
    }

    #[test]
    fn nobody_is_served_faster() {
        use axum::http::Method;

        use crate::request::Request;
        use crate::throttle::{Service, Usage};

        let limits = Throttling {
            devops: true,
            graph: true,
            scale: 100,
            ..Throttling::default()
        };
        let rows = [
            (
                Service::DevOps,
                limits.devops_requests().unwrap(),
                Method::GET,
            ),
            (
                Service::Graph { users: 10 },
                limits.graph_writes().unwrap(),
                Method::POST,
            ),
        ];
        for (service, allowance, method) in rows {
            let request = Request::at(method, "x".to_owned(), "v1.0/invitations", "");
            let mut usage = Usage::default();
            let (mut served, mut now_ms) = (0_u32, 0);
            while served < 200 {
                let is_refused = usage.charge(service, &request, limits, now_ms).is_refused;
                served += u32::from(!is_refused);
                now_ms += if is_refused { 10 } else { 0 };
            }
            let shortest = allowance.shortest(200);
            let took = Duration::from_millis(now_ms);
            assert!(took >= shortest, "{service:?} {took:?} {shortest:?}");
            assert!(
                took <= shortest.mul_f64(1.01),
                "{service:?} {took:?} {shortest:?}"
            );
        }
    }
}
