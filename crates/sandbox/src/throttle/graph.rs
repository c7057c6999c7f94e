//! What a request to Microsoft Graph costs; see "Identity and access throttling limits".

use axum::http::Method;
use serde::Deserialize;

use crate::request::Request;

/// What a request uses.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cost {
    pub(super) units: f64,
    pub(super) writes: f64,
}

#[derive(Deserialize)]
struct Batch {
    requests: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    method: String,
    url: String,
}

/// What a request costs; a batch costs what its parts cost.
pub(super) fn cost(request: &Request) -> Cost {
    if !request.path.to_ascii_lowercase().ends_with("$batch") {
        return of_one(request);
    }
    let batch: Option<Batch> = serde_json::from_slice(&request.body).ok();
    let items = batch.map(|batch| batch.requests).unwrap_or_default();
    let mut sum = Cost::default();
    for item in items {
        let (path, query) = item.url.split_once('?').unwrap_or((&item.url, ""));
        let method = Method::from_bytes(item.method.as_bytes()).unwrap_or_default();
        let path = format!("v1.0/{}", path.trim_start_matches('/'));
        let one = of_one(&Request::at(method, request.host.clone(), &path, query));
        sum.units += one.units;
        sum.writes += one.writes;
    }
    sum
}

fn of_one(request: &Request) -> Cost {
    let base = match (&request.method, request.route(1).as_slice()) {
        (&Method::GET, ["users"] | [_, _, "memberof" | "transitivememberof"])
        | (_, [.., "getmemberobjects"]) => 2.0,
        (&Method::GET, ["groups", _, "members"]) => 3.0,
        (_, [.., "checkmemberobjects"]) => 4.0,
        (&Method::GET, ["groups", _, "transitivemembers"])
        | (&Method::POST, ["directoryobjects", "getbyids"]) => 5.0,
        _ => 1.0,
    };
    let is_query = matches!(
        request.route(1).last(),
        Some(&("getbyids" | "checkmemberobjects" | "getmemberobjects"))
    );
    let is_write = request.method != Method::GET && !is_query;
    let has = |name| request.query(name).is_some();
    let few = request.query("$top").and_then(|top| top.parse().ok());
    let mut units: f64 = base;
    units -= if has("$select") { 1.0 } else { 0.0 };
    units += if has("$expand") { 1.0 } else { 0.0 };
    units -= if few.is_some_and(|top: u32| top < 20) {
        1.0
    } else {
        0.0
    };
    Cost {
        units: units.max(1.0),
        writes: if is_write { 1.0 } else { 0.0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(method: Method, path: &str, query: &str, body: &'static str) -> (f64, f64) {
        let request = Request::at(method, "graph.microsoft.com".to_owned(), path, query);
        let request = request.with(axum::http::HeaderMap::new(), body.into());
        let Cost { units, writes } = cost(&request);
        (units, writes)
    }

    #[test]
    fn requests_cost_what_the_documentation_says() {
        let get = |path, query| at(Method::GET, path, query, "").0;
        let costs = [
            get("v1.0/users", ""),
            get("v1.0/users", "$select=id"),
            get("v1.0/users", "$select=id&$top=5"),
            get("v1.0/groups/x/members", "$expand=y"),
            get("v1.0/organization", ""),
        ];
        assert_eq!(
            costs.map(|units| format!("{units}")),
            ["2", "1", "1", "4", "1"]
        );
    }

    #[test]
    fn a_batch_costs_what_is_in_it() {
        let body = r#"{"requests":[{"id":"1","method":"GET","url":"/users?$top=999"},
            {"id":"2","method":"POST","url":"/users"}]}"#;
        let (units, writes) = at(Method::POST, "v1.0/$batch", "", body);
        assert_eq!(format!("{units} {writes}"), "3 1");
    }
}
