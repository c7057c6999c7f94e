//! Which page is behind a request. Everything on loopback can be reached by every page that is open
//! in a browser on this machine, and no credential is in the way of a form. What a browser tells of
//! the page is: its `Origin`, and in `Sec-Fetch-Site` how that relates to the address asked.

use super::request::Request;

/// The page behind a request, as far as a browser tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// One that the sandbox itself has served at this address.
    Own,
    /// Another, or one that hides which it is.
    Foreign,
    /// Nothing is told: a program, or an address that somebody typed.
    Untold,
}

/// Tells which page is behind a request.
pub(crate) fn of(request: &Request) -> Origin {
    let by_origin = request.header("origin").map(|origin| {
        // One address has one scheme, so names and ports tell addresses apart.
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        let host = request.header("host");
        let is_own = authority
            .zip(host)
            .is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
        if is_own { Origin::Own } else { Origin::Foreign }
    });
    let by_site = request.header("sec-fetch-site").map(|site| match site {
        "same-origin" => Origin::Own,
        "none" => Origin::Untold,
        _ => Origin::Foreign,
    });
    match (by_origin, by_site) {
        (Some(Origin::Foreign), _) | (_, Some(Origin::Foreign)) => Origin::Foreign,
        (Some(Origin::Own), _) | (_, Some(Origin::Own)) => Origin::Own,
        (Some(Origin::Untold) | None, Some(Origin::Untold) | None) => Origin::Untold,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Bytes;
    use axum::http::{HeaderMap, HeaderName, Method, Uri};

    fn told(headers: &[(&str, &str)]) -> Origin {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            map.append(name, value.parse().unwrap());
        }
        let uri = Uri::from_static("/_sandbox/connect");
        of(&Request::new(Method::POST, &uri, map, Bytes::new()))
    }

    #[test]
    fn a_browser_tells_whose_page_asks() {
        let host = ("host", "127.0.0.1:4000");
        let rows: [(&[(&str, &str)], Origin); 13] = [
            (&[], Origin::Untold),
            (&[("sec-fetch-site", "none")], Origin::Untold),
            (&[("sec-fetch-site", "same-origin")], Origin::Own),
            (&[("sec-fetch-site", "same-site")], Origin::Foreign),
            (&[("sec-fetch-site", "cross-site")], Origin::Foreign),
            (&[("origin", "http://127.0.0.1:4000")], Origin::Own),
            (&[("origin", "https://127.0.0.1:4000")], Origin::Own),
            (&[("origin", "http://127.0.0.1:4001")], Origin::Foreign),
            (&[("origin", "http://localhost:4000")], Origin::Foreign),
            (&[("origin", "null")], Origin::Foreign),
            (&[("origin", "")], Origin::Foreign),
            (
                &[
                    ("origin", "http://evil.example"),
                    ("sec-fetch-site", "same-origin"),
                ],
                Origin::Foreign,
            ),
            (
                &[
                    ("origin", "http://127.0.0.1:4000"),
                    ("sec-fetch-site", "cross-site"),
                ],
                Origin::Foreign,
            ),
        ];
        for (headers, expected) in rows {
            let headers = [headers, &[host]].concat();
            assert_eq!(told(&headers), expected, "{headers:?}");
        }
        assert_eq!(
            told(&[("origin", "http://127.0.0.1:4000")]),
            Origin::Foreign
        );
    }
}
