//! One request as the services see it: the cloud host it is meant for, and the path behind it.
//!
//! `{endpoint}/HOST/PATH` and a `Host` header that names the host mean the same.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::body::Bytes;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, Uri, header};
use url::form_urlencoded;

/// A request to one of the hosts that the sandbox plays.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The host it is meant for, in lower case.
    pub(crate) host: String,
    /// Whether the `Host` header named it. Such a client knows its way to the cloud's hosts.
    pub(crate) is_by_name: bool,
    /// The path behind the host, as it came.
    pub(crate) path: String,
    /// The query, as it came.
    pub(crate) raw_query: String,
    /// The path's segments, decoded.
    pub(crate) segments: Vec<String>,
    folded: Vec<String>,
    query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    /// What a fault's path is looked for in.
    pub(crate) fn target(&self) -> String {
        let Self {
            host,
            path,
            raw_query,
            ..
        } = self;
        if raw_query.is_empty() {
            return format!("{host}/{path}");
        }
        format!("{host}/{path}?{raw_query}")
    }

    /// Reads a request that came in on the sandbox's own address.
    pub(crate) fn new(method: Method, uri: &Uri, headers: HeaderMap, body: Bytes) -> Self {
        let asked = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        // In HTTP/2 the address names the host, and there is no such header.
        let asked = asked.or_else(|| uri.authority().map(Authority::as_str));
        let asked = asked.unwrap_or_default().to_ascii_lowercase();
        let is_own = asked.is_empty() || names_this_machine(&asked);
        let (host, path) = if is_own {
            let path = uri.path().trim_start_matches('/');
            path.split_once('/').unwrap_or((path, ""))
        } else {
            let path = uri.path().trim_start_matches('/');
            (asked.split(':').next().unwrap_or_default(), path)
        };
        let (host, path) = (host.to_ascii_lowercase(), path.to_owned());
        let query = uri.query().unwrap_or_default();
        Self {
            is_by_name: !is_own,
            ..Self::at(method, host, &path, query).with(headers, body)
        }
    }

    /// A request without headers and body.
    pub(crate) fn at(method: Method, host: String, path: &str, query: &str) -> Self {
        let parts = path.split('/').filter(|part| !part.is_empty());
        let segments: Vec<String> = parts
            .flat_map(|part| keyed(percent_decoded(part)))
            .collect();
        Self {
            method,
            host,
            is_by_name: false,
            path: path.to_owned(),
            raw_query: query.to_owned(),
            folded: segments.iter().map(|s| s.to_lowercase()).collect(),
            segments,
            query: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// The same request with headers and a body.
    pub(crate) fn with(self, headers: HeaderMap, body: Bytes) -> Self {
        Self {
            headers,
            body,
            ..self
        }
    }

    /// The path's segments in lower case, from the `skip`-th on: what routes are matched against.
    pub(crate) fn route(&self, skip: usize) -> Vec<&str> {
        self.folded.iter().skip(skip).map(String::as_str).collect()
    }

    /// A segment as it was spelled.
    pub(crate) fn segment(&self, position: usize) -> &str {
        self.segments.get(position).map_or("", String::as_str)
    }

    /// A query parameter. The services take its name in any case.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let named = |(given, _): &&(String, String)| given.eq_ignore_ascii_case(name);
        self.query
            .iter()
            .find(named)
            .map(|(_, value)| value.as_str())
    }

    /// The query parameters, decoded, in their order.
    pub(crate) fn queries(&self) -> &[(String, String)] {
        &self.query
    }

    /// A header that is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The media type of the body, without parameters, in lower case.
    pub(crate) fn content_type(&self) -> String {
        let given = self.header("content-type").unwrap_or_default();
        let media = given.split(';').next().unwrap_or_default();
        media.trim().to_ascii_lowercase()
    }
}

/// Whether a `Host` header names this machine. The whole of the name counts: `localhost.evil.example`
/// leads here too when its owner says so, and its pages are not ours.
fn names_this_machine(host: &str) -> bool {
    if let Some((address, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address.parse().is_ok_and(|ip: Ipv6Addr| ip.is_loopback());
    }
    let name = host.split(':').next().unwrap_or_default();
    name == "localhost" || name.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback())
}

/// `users('a')` and `users/a` are the same path.
fn keyed(segment: String) -> Vec<String> {
    let inner = segment
        .strip_suffix("')")
        .and_then(|rest| rest.split_once("('"));
    match inner {
        Some((name, key)) => vec![name.to_owned(), key.replace("''", "'")],
        None => vec![segment],
    }
}

/// Undoes percent-encoding; `+` stays what it is, for this is a path.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        let escaped = match (first, tail) {
            (b'%', [high, low, after @ ..]) => hex(*high)
                .zip(hex(*low))
                .map(|(high, low)| (high * 16 + low, after)),
            _ => None,
        };
        match escaped {
            Some((byte, after)) => {
                bytes.push(byte);
                rest = after;
            }
            None => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(uri: &str, host: &'static str) -> Request {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        Request::new(Method::GET, &uri.parse().unwrap(), headers, Bytes::new())
    }

    #[test]
    fn the_first_segment_or_the_host_header_names_the_cloud_host() {
        let by_path = came("/Dev.Azure.com/Contoso/_apis?a=1", "127.0.0.1:4000");
        assert_eq!(by_path.host, "dev.azure.com");
        assert_eq!(by_path.route(0), ["contoso", "_apis"]);
        assert_eq!(by_path.segment(0), "Contoso");
        let by_header = came("/Contoso/_apis", "dev.azure.com");
        assert_eq!(by_header.host, "dev.azure.com");
        assert_eq!(by_header.route(1), ["_apis"]);
        assert!(by_header.is_by_name && !by_path.is_by_name);
    }

    #[test]
    fn this_machine_is_named_by_its_whole_name_only() {
        for own in [
            "127.0.0.1:4000",
            "127.9.9.9",
            "localhost:4000",
            "LocalHost",
            "[::1]:4000",
        ] {
            assert!(!came("/_sandbox/world", own).is_by_name, "{own}");
        }
        for foreign in [
            "127.evil.example:4000",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "localhosts",
            "[2001:db8::1]:4000",
            "10.0.0.1",
        ] {
            let request = came("/_sandbox/world", foreign);
            assert!(request.is_by_name, "{foreign}");
            assert_ne!(request.host, "_sandbox");
        }
    }

    #[test]
    fn without_a_host_header_the_address_names_the_host() {
        let came = |uri: &str| {
            let uri = uri.parse().unwrap();
            Request::new(Method::GET, &uri, HeaderMap::new(), Bytes::new())
        };
        let by_name = came("https://Graph.Microsoft.com:443/v1.0/users");
        assert_eq!(by_name.host, "graph.microsoft.com");
        assert!(by_name.is_by_name);
        let by_path = came("https://127.0.0.1:4000/graph.microsoft.com/v1.0/users");
        assert_eq!(by_path.host, "graph.microsoft.com");
        assert!(!by_path.is_by_name);
    }

    #[test]
    fn a_path_is_decoded_by_the_rules_of_paths_and_a_query_by_those_of_forms() {
        let request = came("/h/a%23b+c/%zz?q=a+b&Q2=%2B", "localhost:1");
        assert_eq!(request.segments, ["a#b+c", "%zz"]);
        assert_eq!(request.query("q"), Some("a b"));
        assert_eq!(request.query("q2"), Some("+"));
    }
}
