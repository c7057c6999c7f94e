//! Pages: where the next one is, and when there are too many.

use crate::apply::port::{ApiErrorKind, Call, CallError};

use super::endpoint::Endpoint;
use super::host::Host;
use super::request::Request;

/// More pages than any list has: a hundred thousand people a hundred at a time is a thousand. A
/// service that gives more is going in circles.
pub(crate) const PAGES_MAX: usize = 5_000;

/// The error for a list that does not end.
pub(crate) fn endless(call: Call, path: &str) -> CallError {
    let message = format!("the list has more than {PAGES_MAX} pages");
    Request::get(call, path.to_owned())
        .unanswered(ApiErrorKind::Unexpected, message)
        .into()
}

/// Where a `nextLink` leads on `host`: its path and query, or what is wrong with it. A link to
/// another origin is refused, for the token would go with it.
pub(crate) fn next_path(
    host: Host,
    endpoint: Option<&Endpoint>,
    link: &str,
) -> Result<String, String> {
    path_on(host, endpoint, link)
        .map(str::to_owned)
        .ok_or_else(|| {
            let link: String = link.chars().take(100).take_while(|c| *c != '?').collect();
            format!("the next page is at {link}, not at {}", host.name())
        })
}

fn path_on<'a>(host: Host, endpoint: Option<&Endpoint>, link: &'a str) -> Option<&'a str> {
    let own = endpoint.and_then(|endpoint| endpoint.path_on(host.name(), link));
    own.or_else(|| {
        let path = link.strip_prefix("https://")?.strip_prefix(host.name())?;
        path.starts_with('/').then_some(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_origin_is_followed() {
        let good = "https://graph.microsoft.com/v1.0/users?$skiptoken=a%2Bb";
        let path = path_on(Host::Graph, None, good);
        assert_eq!(path, Some("/v1.0/users?$skiptoken=a%2Bb"));
        for bad in [
            "http://graph.microsoft.com/v1.0/users",
            "https://graph.microsoft.com.evil.example/v1.0",
            "https://graph.microsoft.com:444/v1.0",
            "https://graph.microsoft.com@evil.example/v1.0",
            "https://evil.example/graph.microsoft.com/",
            "https://dev.azure.com/contoso",
            "http://127.0.0.1:1/graph.microsoft.com/v1.0",
            "/v1.0/users",
            "",
        ] {
            assert_eq!(path_on(Host::Graph, None, bad), None, "{bad}");
        }
    }

    #[test]
    fn an_endpoint_may_name_itself() {
        let endpoint = Endpoint::parse("http://127.0.0.1:1").unwrap();
        let on = |link| path_on(Host::Graph, Some(&endpoint), link);
        assert_eq!(
            on("http://127.0.0.1:1/graph.microsoft.com/v1.0"),
            Some("/v1.0")
        );
        assert_eq!(on("https://graph.microsoft.com/v1.0"), Some("/v1.0"));
        assert_eq!(on("http://127.0.0.1:2/graph.microsoft.com/v1.0"), None);
    }
}
